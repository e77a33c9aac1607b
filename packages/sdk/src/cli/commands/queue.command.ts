import type { Command } from 'commander';
import type { Answer, LeasedItem } from '../../schema.gen.js';
import type { CliContext } from '../context.js';
import { short } from '../output.js';
import { toNumber } from '../to-number.js';

const describe = ({ item, origin, doubt }: LeasedItem): string => {
  const cells = Object.entries(item.payload).map(([name, value]) => `${name}=${value ?? ''}`);
  const why = doubt
    ? `  epistemic ${short(doubt.epistemic)}, aleatoric ${short(doubt.aleatoric)}`
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
    .argument('<answer>', 'one of the choices, or a number')
    .action(async (project: string, itemId: string, text: string, _: unknown, command: Command) => {
      const client = context.client(command);
      const projectId = await context.projectId(command, client, project);
      const { labelSchema } = await client.projects.get({ projectId });
      const [field] = labelSchema.fields;
      if (!field) throw new Error('This project asks nothing.');
      const answer: Answer = { [field.name]: field.kind === 'number' ? toNumber(text) : text };
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
      context.output(command).result(outcome, () => `${field.name} = ${text}: ${outcome.status}.`);
    });
}
