import { NumericsError } from '../errors.js';
import { readSafetensors, writeSafetensors } from '../io/safetensors.js';
import type { Parameters } from '../nn/parameters.js';
import type { ModelSpec } from '../nn/spec.js';
import type { EpochRecord } from '../posterior/fitted.js';
import { float32, type Tensor } from '../tensor.js';

/** Where a training run stands; immutable, replaced after every native call. */
export type TrainingState = {
  /** Steps taken. */
  readonly step: number;
  /** Sum of the losses since the epoch began. */
  readonly epochLoss: number;
  /** Likewise of the two parts of the loss, where it has two. */
  readonly epochFit: number;
  readonly epochPenalty: number;
  /** Parameters and optimiser state, by the names of the training graph. */
  readonly values: Readonly<Record<string, Tensor>>;
  /** Parameter values of the best epoch so far. */
  readonly best: Readonly<Record<string, Tensor>> | null;
  readonly bestScore: number;
  readonly epochsWithoutGain: number;
  /** Once training proper has ended: the step at which gathering began. */
  readonly gatheringSince: number | null;
  /** What the epochs since then came to. */
  readonly gathered: Parameters;
  readonly history: readonly EpochRecord[];
};

/** Sums of an epoch that begins. */
export const NO_SUMS = { epochLoss: 0, epochFit: 0, epochPenalty: 0 } as const;

/** What a checkpoint belongs to; resuming with anything else is refused. */
export type RunIdentity = {
  readonly spec: ModelSpec;
  readonly seed: number;
  readonly member: number;
  readonly rows: number;
  /** Names the numbers it began with, where they are not those of spec and seed. */
  readonly beginning?: string;
  /** Digest of their weights, where they have some. */
  readonly weights?: string | undefined;
};

const FORMAT = 'dubio.checkpoint.1';

export function saveCheckpoint(state: TrainingState, run: RunIdentity): Uint8Array {
  const tensors = Object.fromEntries([
    ...Object.entries(state.values).map(([name, tensor]) => [`now/${name}`, toStored(tensor)]),
    ...Object.entries(state.best ?? {}).map(([name, tensor]) => [`best/${name}`, toStored(tensor)]),
    ...Object.entries(state.gathered).map(([name, tensor]) => [
      `gathered/${name}`,
      toStored(tensor),
    ]),
  ]);
  const { values: _, best: __, gathered: ___, bestScore, ...rest } = state;
  return writeSafetensors(tensors, {
    format: FORMAT,
    run: JSON.stringify(run),
    // Numbers that JSON cannot hold (an infinite first score) travel as text.
    state: JSON.stringify({ ...rest, bestScore: String(bestScore) }),
  });
}

/**
 * @throws corrupt_artifact when the bytes are no checkpoint
 * @throws weights_mismatch when it belongs to another spec, seed, member, number of rows or weights
 */
export function loadCheckpoint(bytes: Uint8Array, run: RunIdentity): TrainingState {
  const { tensors, metadata } = readSafetensors(bytes);
  if (metadata.format !== FORMAT || !metadata.state) {
    throw new NumericsError(
      'corrupt_artifact',
      `Expected a training checkpoint ('${FORMAT}'), got '${metadata.format ?? 'no format'}'.`,
      { format: metadata.format },
    );
  }
  if (metadata.run !== JSON.stringify(run)) {
    throw new NumericsError(
      'weights_mismatch',
      'The checkpoint belongs to another run: spec, seed, member, number of rows and their weights must be the same. Start anew without it.',
      { expected: run, got: metadata.run },
    );
  }
  const stored = JSON.parse(metadata.state) as Omit<
    TrainingState,
    'values' | 'best' | 'gathered' | 'bestScore'
  > & { bestScore: string };
  const take = (prefix: string) =>
    Object.fromEntries(
      Object.entries(tensors)
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, tensor]) => [
          name.slice(prefix.length),
          float32(tensor.data as Float32Array, tensor.shape),
        ]),
    );
  const best = take('best/');
  return {
    // Checkpoints lie between epochs, and older ones do not name every sum.
    ...NO_SUMS,
    ...stored,
    values: take('now/'),
    gathered: take('gathered/'),
    best: Object.keys(best).length > 0 ? best : null,
    bestScore: Number(stored.bestScore),
  };
}

function toStored(tensor: Tensor) {
  return { dtype: 'F32' as const, shape: tensor.shape, data: tensor.data as Float32Array };
}
