import { openAsBlob } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { paginate } from '../../paginate.js';
import type { ColumnRole, Import, ImportKind, ImportOptionsInput } from '../../schema.gen.js';
import type { CliContext } from '../context.js';
import type { Output } from '../output.js';

type Options = {
  readonly kind?: ImportKind;
  readonly labels?: string;
  readonly column?: Record<string, ColumnRole>;
  readonly split?: 'pool' | 'validation' | 'test';
  readonly delimiter?: string;
  readonly header: boolean;
  readonly answers: boolean;
};

const KINDS: [RegExp, ImportKind][] = [
  [/\.(csv|tsv|txt)$/i, 'csv'],
  [/\.(jsonl|ndjson)$/i, 'jsonl'],
  [/\.zip$/i, 'zip'],
  [/(idx\d-ubyte|\.idx)(\.gz)?$/i, 'idx'],
];
const SHOWN_PROBLEMS = 10;

function guessKind(file: string): ImportKind {
  const found = KINDS.find(([pattern]) => pattern.test(file));
  if (found) return found[1];
  throw new Error(
    `What ${basename(file)} is cannot be told from its name. Say --kind csv, jsonl, idx or zip.`,
  );
}

function addColumn(text: string, before: Record<string, ColumnRole> = {}) {
  const at = text.lastIndexOf('=');
  if (at < 1) throw new InvalidArgumentError('Expected name=role, such as species=answer.');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) as ColumnRole };
}

async function open(file: string): Promise<Blob> {
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile()) throw new Error(`There is no file ${file}.`);
  return openAsBlob(file);
}

const sentence = (one: Import): string =>
  `${one.rowsAdded} added, ${one.rowsDuplicate} there already, ${one.rowsBad} refused`;

async function tellProblems(
  output: Output,
  problems: AsyncIterable<{ line: number; field: string | null; reason: string }>,
): Promise<void> {
  let told = 0;
  for await (const one of problems) {
    if (told === SHOWN_PROBLEMS) return output.note('  …');
    output.note(`  line ${one.line}${one.field ? `, ${one.field}` : ''}: ${one.reason}`);
    told += 1;
  }
}

export function addImportCommand(program: Command, context: CliContext): void {
  program
    .command('import')
    .description('stream a file into a project and wait until each row is in or refused')
    .argument('<project>', 'id or name')
    .argument('<file>', 'CSV, JSON lines, IDX or a zip of images')
    .option('--kind <kind>', 'csv, jsonl, idx or zip; told from the name when absent')
    .option('--labels <file>', 'IDX: the file with the answers')
    .option('--column <name=role>', 'what a column is for; may be repeated', addColumn)
    .option('--split <split>', 'pool, validation or test, for rows that do not say')
    .option('--delimiter <character>', 'CSV: what stands between the cells')
    .option('--no-header', 'CSV: the first line is a row already')
    .option('--no-answers', 'do not take known answers as labels')
    .action(async (project: string, file: string, options: Options, command: Command) => {
      const client = context.client(command);
      const output = context.output(command);
      const projectId = await context.projectId(command, client, project);
      const importOptions: ImportOptionsInput = {
        kind: options.kind ?? guessKind(file),
        header: options.header,
        takeAnswers: options.answers,
        ...(options.column ? { columns: options.column } : {}),
        ...(options.split ? { split: options.split } : {}),
        ...(options.delimiter ? { delimiter: options.delimiter } : {}),
      };
      const done = await client.importFile(
        {
          projectId,
          fileName: basename(file),
          content: await open(file),
          options: importOptions,
          ...(options.labels ? { labels: await open(options.labels) } : {}),
        },
        {
          onProgress: (one) =>
            output.note(`${one.fileName}: ${one.state}, ${one.rowsRead} rows read`),
        },
      );
      if (done.rowsBad > 0) {
        const where = { projectId, importId: done.id, limit: SHOWN_PROBLEMS + 1 };
        await tellProblems(output, paginate(client.imports.problems, where));
      }
      output.result(done, () => `${done.fileName}: ${sentence(done)}.`);
    });
}
