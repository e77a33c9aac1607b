import {
  type Bench,
  countOption,
  listOption,
  numberOption,
  UsageError,
} from '../framework/bench.js';
import { hasHeld, recoveries, STUCK_SECONDS, sayRecovery, sayVerdict } from './chaos-report.js';
import { FAULTS, type FaultKind } from './fault-plan.js';
import { runChaos } from './run-chaos.js';

const FASTEST_THINK_MS = 500;
const SLOWEST_THINK_MS = 2000;

/** Not the clock: under libfaketime the timers of Postgres, hence its search for deadlocks, fail. */
const USUAL = FAULTS.filter((kind) => kind !== 'clock');

function faultsOf(names: readonly string[]): FaultKind[] {
  const unknown = names.filter((name) => !FAULTS.some((kind) => kind === name));
  if (names.length > 0 && unknown.length === 0) return names as FaultKind[];
  throw new UsageError(`--faults takes ${FAULTS.join(', ')}; got "${unknown.join(', ')}".`);
}

function backendOf(name: string | undefined): 'postgres' | 'redis' {
  if (name === 'postgres' || name === 'redis') return name;
  throw new UsageError(`--backend must be postgres or redis, got "${name}".`);
}

/** The built product, 50 people who label, and something that breaks every half minute. */
export const chaosBench: Bench = {
  name: 'chaos',
  summary: 'labels lost, doubled or stalled while processes are killed, disks fill and clocks jump',
  options: {
    minutes: { hint: 'length of the run', default: '5' },
    backend: { hint: 'where queues live: postgres or redis', default: 'postgres' },
    seed: { hint: 'of the faults, their times and the people', default: '1' },
    faults: { hint: `which of ${FAULTS.join(', ')}`, default: USUAL.join(',') },
    annotators: { hint: 'people who label at once', default: '50' },
    workers: { hint: 'worker processes', default: '2' },
    'retrain-after': { hint: 'labels of a project between two of its rounds', default: '250' },
    'think-ms': {
      hint: 'shortest time at an item; the longest is four times that',
      default: '500',
    },
  },
  async run({ options, log }) {
    const leastMs = numberOption(options, 'think-ms', 1);
    const outcome = await runChaos({
      minutes: numberOption(options, 'minutes', 0.1),
      backend: backendOf(options.backend),
      seed: countOption(options, 'seed', 0),
      faults: faultsOf(listOption(options, 'faults')),
      annotators: countOption(options, 'annotators', 2),
      workers: countOption(options, 'workers'),
      retrainAfterLabels: countOption(options, 'retrain-after'),
      pace: { leastMs, mostMs: (leastMs * SLOWEST_THINK_MS) / FASTEST_THINK_MS },
      log,
    });
    const { verdict, faults, roundFailures } = outcome;
    for (const recovery of recoveries(faults)) log(sayRecovery(recovery));
    for (const [why, count] of Object.entries(roundFailures)) log(`${count} rounds failed: ${why}`);
    if (verdict.stuckRounds > 0)
      log(`${verdict.stuckRounds} rounds stood still for more than ${STUCK_SECONDS} s`);
    return {
      ...outcome,
      recoveries: recoveries(faults),
      conclusion: { line: sayVerdict(verdict), held: hasHeld(verdict) },
    };
  },
};
