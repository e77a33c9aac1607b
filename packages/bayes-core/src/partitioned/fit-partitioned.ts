import type { Engine } from '../engine/engine.js';
import { NumericsError, throwIfAborted } from '../errors.js';
import { whole } from '../nn/checks.js';
import type { PartialModelSpec } from '../nn/spec.js';
import { type LabelledRows, pooledScale } from '../nn/targets.js';
import type { FittedPosterior } from '../posterior/fitted.js';
import { fitPartition } from './fit-partition.js';
import { judgeRound } from './judge-round.js';
import { partitionTask } from './partition-task.js';
import { beginPartitioned, type PartitionedState, partitionedPosterior } from './state.js';
import { updateSites } from './update-sites.js';

export type FitPartitionedOptions = {
  readonly engine: Engine;
  /** `maxEpochs` are those of one partition in one round. */
  readonly spec: PartialModelSpec;
  readonly partitions: readonly LabelledRows[];
  readonly rounds: number;
  /**
   * Power of each change of a site, above 0 and up to 1. Default: `defaultDamping` for the
   * synchronous schedule, 1 for the sequential.
   */
  readonly damping?: number | undefined;
  /**
   * All partitions from the same q, or one after another, each from what the one before it left.
   * Default synchronous.
   */
  readonly schedule?: 'synchronous' | 'sequential' | undefined;
  readonly seed: number;
  /**
   * Judged after every round, by the mean weights; the best round's q is kept. Without them it is
   * the last's.
   */
  readonly validation?: LabelledRows | undefined;
  readonly prior?: FittedPosterior | undefined;
  readonly signal?: AbortSignal | undefined;
  /** After every step of the server; a state that was saved is where another run can go on. */
  readonly onUpdate?: ((state: PartitionedState, shortened: number) => void) | undefined;
  /** A state of the same run; the result is bit for bit that of an undisturbed run. */
  readonly resumeFrom?: PartitionedState | undefined;
};

/**
 * Partitioned variational inference in one process, partition after partition: what workers and
 * server do together. Fixed points are those of ordinary mean-field training on all rows (Bui et
 * al. 2018, property 2).
 * @throws invalid_spec, invalid_argument, invalid_data; weights_mismatch when `resumeFrom` or
 * `prior` is of another run or spec
 */
export async function fitPartitioned(options: FitPartitionedOptions): Promise<FittedPosterior> {
  const { engine, partitions, rounds, signal, onUpdate } = options;
  whole('rounds', rounds, 1);
  const fresh = beginPartitioned({
    spec: options.spec,
    seed: options.seed,
    partitionRows: partitions.map(({ features }) => features.rows),
    targetScale: pooledScale(partitions.map(({ targets }) => targets)),
    prior: options.prior,
  });
  let state = options.resumeFrom ? sameRun(options.resumeFrom, fresh) : fresh;
  const together = options.schedule === 'sequential' ? 1 : partitions.length;
  while (state.round < rounds) {
    throwIfAborted(signal, 'Training in partitions');
    const answers: FittedPosterior[] = [];
    for (let j = 0; j < together; j++) {
      const task = partitionTask(state, state.answered + j);
      answers.push(
        await fitPartition({ engine, task, train: partitions[task.partition]!, signal }),
      );
    }
    const update = updateSites(state, answers, options.damping ?? (together === 1 ? 1 : undefined));
    state = update.state;
    if (options.validation)
      state = await judgeRound({ engine, state, validation: options.validation });
    onUpdate?.(state, update.shortened);
  }
  return partitionedPosterior(state);
}

function sameRun(resumed: PartitionedState, fresh: PartitionedState): PartitionedState {
  const identity = ({ spec, seed, targetScale, partitionRows }: PartitionedState) =>
    JSON.stringify({ spec, seed, targetScale, partitionRows });
  if (identity(resumed) === identity(fresh)) return resumed;
  throw new NumericsError(
    'weights_mismatch',
    'The state belongs to another run: spec, seed, partitions and their rows must be the same. Begin anew without it.',
  );
}
