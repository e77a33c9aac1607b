import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import type { DubioClient } from '../../client.js';
import { paginate } from '../../paginate.js';
import type { Model, Prediction, SetBasis } from '../../schema.gen.js';
import type { CliContext } from '../context.js';
import { short, table } from '../output.js';
import { save } from './labels.command.js';

type Row = number[] | Record<string, string | number | null>;
/** What one call of the API takes. */
const ROWS_PER_CALL = 1024;

/** The model that was named, else the newest in use. */
async function findModel(client: DubioClient, projectId: string, id?: string): Promise<Model> {
  if (id !== undefined) return client.models.get({ projectId, modelId: id });
  let newest: Model | undefined;
  for await (const model of paginate(client.models.list, { projectId })) {
    newest ??= model;
    if (model.promoted) return model;
  }
  if (newest) return newest;
  throw new Error('There is no model yet. Start a round with: dubio rounds start --wait');
}

async function* readRows(file: string, context: CliContext): AsyncGenerator<Row[]> {
  const input = file === '-' ? context.streams.in : createReadStream(file);
  let batch: Row[] = [];
  let line = 0;
  for await (const text of createInterface({ input })) {
    line += 1;
    if (text.trim() === '') continue;
    try {
      batch.push(JSON.parse(text) as Row);
    } catch {
      throw new Error(
        `Line ${line} of ${file}: expected JSON, an array or an object, got ${text.slice(0, 60)}`,
      );
    }
    if (batch.length === ROWS_PER_CALL) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

function describeSet(set: Prediction['set']): string {
  if (!set) return '';
  const { choices, interval } = set;
  if (choices) return `  in {${choices.join(', ')}}`;
  return interval ? `  in ${short(interval.low)} to ${short(interval.high)}` : '';
}

function describeBasis({ field, coverage, calibrationRows, measured }: SetBasis): string {
  const promise = `Sets of "${field}" hold the truth in ${coverage} of the cases, learned from ${calibrationRows} rows`;
  if (!measured) return `${promise}.`;
  const { value, low, high, count } = measured;
  return `${promise}; on ${count} others they did in ${short(value)} (${short(low)} to ${short(high)}).`;
}

/** What is asked of sets, by `--coverage` and `--sets`. */
function setsAsked({ coverage, sets = 'split' }: { coverage?: string; sets?: string }) {
  if (sets !== 'split' && sets !== 'adaptive')
    throw new Error(`Expected --sets split or adaptive, got ${sets}.`);
  if (coverage === undefined) return {};
  const share = Number(coverage);
  if (!(share > 0 && share < 1))
    throw new Error(`Expected --coverage between 0 and 1, such as 0.9, got ${coverage}.`);
  return { sets: { coverage: share, method: sets } } as const;
}

const describe = (one: Prediction): string => {
  const range = one.interval ? ` (${short(one.interval.low)} to ${short(one.interval.high)})` : '';
  const value = typeof one.value === 'number' ? short(one.value) : one.value;
  return `${value}${range}${describeSet(one.set)}  total ${short(one.total)}  aleatoric ${short(one.aleatoric)}  epistemic ${short(one.epistemic)}`;
};

export function addModelCommands(program: Command, context: CliContext): void {
  const models = program.command('models').description('list and download models');

  models
    .command('list', { isDefault: true })
    .description('models, newest first')
    .argument('<project>', 'id or name')
    .action(async (project: string, _options: unknown, command: Command) => {
      const client = context.client(command);
      const projectId = await context.projectId(command, client, project);
      const { items } = await client.models.list({ projectId });
      context.output(command).result(items, () =>
        table(
          ['round', 'labels', 'accuracy', 'rmse', 'nll', 'used', 'id'],
          items.map((one) => [
            one.roundNumber,
            one.labels,
            short(one.metrics?.accuracy?.value),
            short(one.metrics?.rmse),
            short(one.metrics?.nll),
            one.promoted ? 'yes' : '',
            one.id,
          ]),
        ),
      );
    });

  models
    .command('download')
    .description('a model as one ONNX file with its uncertainties, or its weights as safetensors')
    .argument('<project>', 'id or name')
    .option('--model <id>', 'the one in use when absent')
    .option('--format <format>', 'onnx or safetensors', 'onnx')
    .option('--out <file>', 'where to; model.onnx or model.safetensors when absent')
    .action(
      async (
        project: string,
        options: { model?: string; format: string; out?: string },
        command: Command,
      ) => {
        if (options.format !== 'onnx' && options.format !== 'safetensors') {
          throw new Error(`Expected --format onnx or safetensors, got ${options.format}.`);
        }
        const client = context.client(command);
        const projectId = await context.projectId(command, client, project);
        const { id: modelId, roundNumber } = await findModel(client, projectId, options.model);
        const response =
          options.format === 'onnx'
            ? await client.models.downloadOnnx({ projectId, modelId })
            : await client.models.downloadSafetensors({ projectId, modelId });
        const file = options.out ?? `model.${options.format}`;
        await save(response, file, context);
        context.output(command).note(`Wrote the model of round ${roundNumber} to ${file}.`);
      },
    );

  program
    .command('predict')
    .description('answers with total, aleatoric and epistemic uncertainty')
    .argument('<project>', 'id or name')
    .argument(
      '<file>',
      'JSON lines: an array of features, or an object by column; - for standard input',
    )
    .option('--model <id>', 'the one in use when absent')
    .option(
      '--mode <mode>',
      'exact: posterior samples; fast: one pass that approximates them',
      'exact',
    )
    .option(
      '--coverage <share>',
      'add the set of answers, or the interval, that holds the truth in this share of cases, such as 0.9',
    )
    .option(
      '--sets <method>',
      'split: the smallest sets; adaptive: larger where the model is uncertain',
      'split',
    )
    .action(
      async (
        project: string,
        file: string,
        { mode, ...options }: { model?: string; mode: string; coverage?: string; sets: string },
        command: Command,
      ) => {
        const asked = setsAsked(options);
        if (mode !== 'exact' && mode !== 'fast')
          throw new Error(`Expected --mode exact or fast, got ${mode}.`);
        const client = context.client(command);
        const output = context.output(command);
        const projectId = await context.projectId(command, client, project);
        const { id: modelId } = await findModel(client, projectId, options.model);
        let isFirst = true;
        for await (const rows of readRows(file, context)) {
          const { predictions, sets } = await client.models.predict({
            projectId,
            modelId,
            body: { rows, mode, ...asked },
          });
          if (isFirst) for (const basis of sets ?? []) output.note(describeBasis(basis));
          isFirst = false;
          for (const one of predictions) output.row(one, () => describe(one));
        }
      },
    );
}
