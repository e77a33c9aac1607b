import type { Command } from 'commander';
import type { LeasedItem } from '../../schema.gen.js';
import type { CliContext } from '../context.js';
import { short } from '../output.js';
import { toNumber } from '../to-number.js';
import { ANSWER_HELP, typedAnswer } from '../typed-answer.js';

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
    .argument('<answer>', ANSWER_HELP)
    .action(async (project: string, itemId: string, text: string, _: unknown, command: Command) => {
      const client = context.client(command);
      const projectId = await context.projectId(command, client, project);
      const { labelSchema } = await client.projects.get({ projectId });
      const answer = typedAnswer(labelSchema, text);
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
