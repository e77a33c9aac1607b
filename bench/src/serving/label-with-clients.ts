import { randomUUID } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { quantile } from '../framework/statistics.js';
import type { ApiClient } from './api-client.js';
import type { Workplace } from './fill-database.js';

export type Latency = { readonly p50Ms: number; readonly p99Ms: number; readonly maxMs: number };

export type LabellingReport = {
  readonly clients: number;
  /** Time that a person looks at an item, between the answer and the next one. */
  readonly thinkMs: number;
  readonly seconds: number;
  readonly labels: number;
  readonly labelsPerSecond: number;
  readonly nextItem: Latency;
  readonly answer: Latency;
  /**
   * How late this process, which plays all the clients, came to its own timers: part of the times
   * above.
   */
  readonly clientLag: Latency;
  /** Items that two clients had; must be 0. */
  readonly doubles: number;
};

type Leased = { leased: { leaseId: string; item: { id: string } }[] };
type Outcomes = { outcomes: { status: string }[] };

const LAG_LOOK_MS = 5;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

const latency = (times: readonly number[]): Latency => ({
  p50Ms: quantile(times, 0.5),
  p99Ms: quantile(times, 0.99),
  maxMs: Math.max(...times),
});

/** The monitor counts the wait it asked for as well. */
const lateness = (delayNs: number): number => Math.max(0, delayNs / 1e6 - LAG_LOOK_MS);

/** Clients that lease one item, answer it, and go on, all at once, for so many seconds. */
export async function labelWithClients(
  api: ApiClient,
  place: Workplace,
  plan: { clients: number; thinkMs: number; seconds: number },
): Promise<LabellingReport> {
  const nextItem: number[] = [];
  const answers: number[] = [];
  const seen = new Set<string>();
  let doubles = 0;
  const path = `/projects/${place.projectId}`;
  const lag = monitorEventLoopDelay({ resolution: LAG_LOOK_MS });
  lag.enable();
  const start = performance.now();
  const until = start + plan.seconds * 1000;
  const work = async (token: string) => {
    // Nobody starts at the same moment as everybody else.
    await pause(Math.random() * plan.thinkMs);
    while (performance.now() < until) {
      const asked = performance.now();
      const { leased } = await api.call<Leased>('POST', `${path}/queue/leases`, {
        token,
        body: { count: 1 },
      });
      nextItem.push(performance.now() - asked);
      const [lease] = leased;
      if (lease === undefined) return;
      if (seen.has(lease.item.id)) doubles++;
      seen.add(lease.item.id);
      await pause(plan.thinkMs);
      const said = performance.now();
      const annotation = {
        key: randomUUID(),
        itemId: lease.item.id,
        leaseId: lease.leaseId,
        kind: 'answer',
        answer: { answer: 'a' },
        durationMs: plan.thinkMs,
      };
      const { outcomes } = await api.call<Outcomes>('POST', `${path}/annotations`, {
        token,
        body: { annotations: [annotation] },
      });
      answers.push(performance.now() - said);
      if (outcomes[0]?.status !== 'stored') throw new Error(`not stored: ${outcomes[0]?.status}`);
    }
  };
  await Promise.all(place.annotatorTokens.slice(0, plan.clients).map(work));
  const seconds = (performance.now() - start) / 1000;
  lag.disable();
  return {
    ...plan,
    seconds,
    labels: answers.length,
    labelsPerSecond: answers.length / seconds,
    nextItem: latency(nextItem),
    answer: latency(answers),
    clientLag: {
      p50Ms: lateness(lag.percentile(50)),
      p99Ms: lateness(lag.percentile(99)),
      maxMs: lateness(lag.max),
    },
    doubles,
  };
}
