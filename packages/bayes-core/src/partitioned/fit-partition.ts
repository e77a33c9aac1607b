import type { Engine } from '../engine/engine.js';
import { NumericsError } from '../errors.js';
import type { LabelledRows } from '../nn/targets.js';
import { type FittedPosterior, fittedPosterior } from '../posterior/fitted.js';
import { stream } from '../random/stream.js';
import { checkRows } from '../train/fit.js';
import type { TrainingProgress } from '../train/history.js';
import { trainNetwork } from '../train/train-network.js';
import { fitIndex, type PartitionTask } from './partition-task.js';

export type FitPartitionOptions = {
  readonly engine: Engine;
  readonly task: PartitionTask;
  /** The rows of this partition; they stay where they are. */
  readonly train: LabelledRows;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: TrainingProgress) => void) | undefined;
  readonly onCheckpoint?: ((bytes: Uint8Array) => void) | undefined;
  /** A checkpoint of the same fit; the result is bit for bit that of an undisturbed one. */
  readonly resumeFrom?: Uint8Array | undefined;
};

/**
 * Fits q to the rows of one partition under its cavity, for `maxEpochs` of the spec; no validation
 * rows decide, since what suits one partition's rows is not what the product of all is judged by.
 * The answer is q_k itself, 8 bytes per weight: the update of the site follows from it. Its noise
 * comes from the stream (seed, round x partitions + partition), so the first partition of the first
 * round draws as ordinary training does, and one partition in one round ends in the same weights.
 * @throws invalid_data naming field or row; non_finite when training diverges; aborted
 */
export async function fitPartition(options: FitPartitionOptions): Promise<FittedPosterior> {
  const { engine, task, train, signal, onProgress, onCheckpoint, resumeFrom } = options;
  const { spec, seed, targetScale, start, belief } = task;
  if (task.partition < 0 || task.partition >= task.partitions) {
    throw new NumericsError(
      'invalid_argument',
      `Partitions count from 0 to ${task.partitions - 1}, got ${task.partition}.`,
    );
  }
  checkRows(train, spec, `Rows of partition ${task.partition}`);
  const index = fitIndex(task);
  const { parameters, history } = await trainNetwork({
    engine,
    spec,
    train,
    scale: targetScale,
    seed,
    member: index,
    source: stream(seed).split('training').at(index),
    beginning: { belief, initialValues: start },
    signal,
    onProgress,
    onCheckpoint,
    resumeFrom,
  });
  return fittedPosterior({ spec, seed, targetScale, history, members: [{ index, parameters }] });
}
