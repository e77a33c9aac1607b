import type { Engine } from '../engine/engine.js';
import { NumericsError } from '../errors.js';
import type { LabelledRows } from '../nn/targets.js';
import { type FittedPosterior, fittedPosterior } from '../posterior/fitted.js';
import { stream } from '../random/stream.js';
import { checkRows } from '../train/fit.js';
import type { TrainingProgress } from '../train/history.js';
import { trainNetwork } from '../train/train-network.js';
import { fitIndex, type ShardTask } from './shard-task.js';

export type FitShardOptions = {
  readonly engine: Engine;
  readonly task: ShardTask;
  /** The rows of this shard; they stay where they are. */
  readonly train: LabelledRows;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: TrainingProgress) => void) | undefined;
  readonly onCheckpoint?: ((bytes: Uint8Array) => void) | undefined;
  /** A checkpoint of the same fit; the result is bit for bit that of an undisturbed one. */
  readonly resumeFrom?: Uint8Array | undefined;
};

/**
 * Fits q to the rows of one shard under its cavity, for `maxEpochs` of the spec; no validation rows decide, since what
 * suits one shard's rows is not what the product of all is judged by. The answer is q_k itself, 8 bytes a weight: the
 * update of the site follows from it. Its noise comes from the stream (seed, round x shards + shard), so the first shard of
 * the first round draws as ordinary training does, and one shard in one round ends in the same weights.
 * @throws invalid_data naming field or row; non_finite when training diverges; aborted
 */
export async function fitShard(options: FitShardOptions): Promise<FittedPosterior> {
  const { engine, task, train, signal, onProgress, onCheckpoint, resumeFrom } = options;
  const { spec, seed, targetScale, start, belief } = task;
  if (task.shard < 0 || task.shard >= task.shards) {
    throw new NumericsError(
      'invalid_argument',
      `Shards count from 0 to ${task.shards - 1}, got ${task.shard}.`,
    );
  }
  checkRows(train, spec, `Rows of shard ${task.shard}`);
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
