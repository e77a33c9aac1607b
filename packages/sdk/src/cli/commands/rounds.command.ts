import type { Command } from 'commander';
import type { DubioClient } from '../../client.js';
import type { ProjectEvent, Round } from '../../schema.gen.js';
import type { CliContext } from '../context.js';
import { type Output, short, table } from '../output.js';
import { toNumber } from '../to-number.js';

const OVER = new Set<Round['state']>(['ready', 'superseded', 'failed', 'cancelled']);

const describe = (round: Round): string => {
  const metrics = round.metrics;
  const figures = metrics
    ? `, ${metrics.labels} labels, ${metrics.metricName} ${short(metrics.metric)}, epistemic ${short(metrics.epistemicMean)}`
    : '';
  const failure = round.failure ? `: ${round.failure.message}` : '';
  return `round ${round.number} ${round.state}${figures}${failure}`;
};

function tell(output: Output, event: ProjectEvent): void {
  if (event.type === 'round.progress') {
    const percent = Math.round(event.progress.fraction * 100);
    output.note(
      `round ${event.number} ${event.state} ${percent} % ${event.progress.message}`.trimEnd(),
    );
  } else if (event.type === 'round.changed') {
    output.note(`round ${event.number} ${event.state}`);
  }
}

/** Tells what rounds do until what is waited for has come. */
async function follow<Result>(
  client: DubioClient,
  output: Output,
  projectId: string,
  wait: () => Promise<Result>,
): Promise<Result> {
  const over = new AbortController();
  const listening = (async () => {
    for await (const { event } of client.watchProject(projectId, { signal: over.signal })) {
      tell(output, event);
    }
  })().catch(() => undefined);
  try {
    // The row decides when it is over; live events only tell the way there.
    return await wait();
  } finally {
    over.abort();
    await listening;
  }
}

export function addRoundCommands(program: Command, context: CliContext): void {
  const rounds = program.command('rounds').description('start, watch, list and cancel rounds');

  rounds
    .command('list', { isDefault: true })
    .description('the last rounds')
    .argument('<project>', 'id or name')
    .option('--limit <count>', 'how many', toNumber, 20)
    .action(async (project: string, { limit }: { limit: number }, command: Command) => {
      const client = context.client(command);
      const projectId = await context.projectId(command, client, project);
      const { items } = await client.rounds.list({ projectId, limit });
      context.output(command).result(items, () =>
        table(
          ['round', 'state', 'labels', 'metric', 'epistemic', 'rule', 'trigger'],
          items.map((one) => [
            one.number,
            one.state,
            one.metrics?.labels ?? null,
            short(one.metrics?.metric),
            short(one.metrics?.epistemicMean),
            one.rule,
            one.trigger,
          ]),
        ),
      );
    });

  rounds
    .command('start')
    .description('start a round; while one runs, the wish is remembered once')
    .argument('<project>', 'id or name')
    .option('--wait', 'stay until it is ready')
    .action(async (project: string, options: { wait?: boolean }, command: Command) => {
      const client = context.client(command);
      const output = context.output(command);
      const projectId = await context.projectId(command, client, project);
      if (options.wait) {
        const done = await follow(client, output, projectId, () =>
          client.startRoundAndWait(projectId),
        );
        return output.result(done, () => describe(done));
      }
      const started = await client.rounds.start({ projectId });
      output.result(started, () =>
        started.round ? describe(started.round) : 'A round runs; the next one starts after it.',
      );
    });

  rounds
    .command('watch')
    .description('tell what the newest round does until it is over')
    .argument('<project>', 'id or name')
    .action(async (project: string, _options: unknown, command: Command) => {
      const client = context.client(command);
      const output = context.output(command);
      const projectId = await context.projectId(command, client, project);
      const { items } = await client.rounds.list({ projectId, limit: 1 });
      const [newest] = items;
      if (!newest) throw new Error('There is no round yet. Start one with: dubio rounds start');
      const done = OVER.has(newest.state)
        ? newest
        : await follow(client, output, projectId, () =>
            client.waitForRound({ projectId, number: newest.number }),
          );
      output.result(done, () => describe(done));
    });

  rounds
    .command('cancel')
    .description('stop a running round; the queue in use stays')
    .argument('<project>', 'id or name')
    .argument('<number>', 'number of the round', toNumber)
    .action(async (project: string, number: number, _options: unknown, command: Command) => {
      const client = context.client(command);
      const projectId = await context.projectId(command, client, project);
      const done = await client.rounds.cancel({ projectId, number });
      context.output(command).result(done, () => describe(done));
    });
}
