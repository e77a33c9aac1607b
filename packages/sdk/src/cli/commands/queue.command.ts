import type { Command } from 'commander';
import type { Answer, LabelSchema, LeasedItem } from '../../schema.gen.js';
import type { CliContext } from '../context.js';
import { short } from '../output.js';
import { toNumber } from '../to-number.js';

const describe = ({ item, origin, uncertainty }: LeasedItem): string => {
  const cells = Object.entries(item.payload).map(([name, value]) => `${name}=${value ?? ''}`);
  const why = uncertainty
    ? `  epistemic ${short(uncertainty.epistemic)}, aleatoric ${short(uncertainty.aleatoric)}`
    : '';
  return `${item.id}  ${item.externalId}  ${cells.join(' ')}${why}  (${origin})`;
};

export function addQueueCommands(program: Command, context: CliContext): void {
  const queue = program.command('queue').description('take items and answer them');

  queue
    .command('next')
    .description('lease the items the model can learn most from')
    .argument('<project>', 'id or name')
    .option('--count <count>', 'how many', toNumber, 1)
    .action(async (project: string, { count }: { count: number }, command: Command) => {
      const client = context.client(command);
      const projectId = await context.projectId(command, client, project);
      const { leased } = await client.queue.lease({ projectId, body: { count } });
      context
        .output(command)
        .result(leased, () =>
          leased.length === 0 ? 'The queue is empty.' : leased.map(describe).join('\n'),
        );
    });

  queue
    .command('answer')
    .description('answer an item')
    .argument('<project>', 'id or name')
    .argument('<item>', 'id of the item')
    .argument(
      '<answer>',
      'one of the choices, or a number; several choices with | between them, several fields as JSON',
    )
    .action(async (project: string, itemId: string, text: string, _: unknown, command: Command) => {
      const client = context.client(command);
      const projectId = await context.projectId(command, client, project);
      const { labelSchema } = await client.projects.get({ projectId });
      const answer = answerOf(labelSchema, text);
      const { outcomes } = await client.annotations.submit({
        projectId,
        body: {
          annotations: [
            { key: crypto.randomUUID(), itemId, kind: 'answer', answer, durationMs: 0 },
          ],
        },
      });
      const [outcome] = outcomes;
      if (!outcome || outcome.status === 'refused') {
        throw new Error(outcome?.detail ?? 'The answer was not taken.');
      }
      context.output(command).result(outcome, () => `${text}: ${outcome.status}.`);
    });
}

/** What was typed, as an answer to the one field, or to all of several as a JSON object by name. */
function answerOf({ fields }: LabelSchema, text: string): Answer {
  const [field] = fields;
  if (!field) throw new Error('This project asks nothing.');
  if (fields.length > 1) return answerObject(text);
  if (field.kind === 'number') return { [field.name]: toNumber(text) };
  if (field.kind === 'choice') return { [field.name]: text };
  return { [field.name]: text === '' ? [] : text.split('|') };
}

/** @throws Error when the text is no JSON object */
function answerObject(text: string): Answer {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error('Expected a JSON object with an answer for each field.');
  return { ...value };
}
