import { NumericsError } from '../errors.js';
import { readSafetensors, writeSafetensors } from '../io/safetensors.js';
import { completeSpec } from '../nn/complete-spec.js';
import { resolveNetwork } from '../nn/network.js';
import type { Parameters } from '../nn/parameters.js';
import type { ModelSpec } from '../nn/spec.js';
import type { TargetScale } from '../nn/targets.js';
import { float32 } from '../tensor.js';

/** What one epoch of one network came to. */
export type EpochRecord = {
  /** Ensemble member, 0 where there is only one network. */
  readonly member: number;
  readonly epoch: number;
  /** Optimisation steps taken so far. */
  readonly step: number;
  /** Mean training loss of the epoch, nats (standardised units for numbers). */
  readonly loss: number;
  readonly validationLoss?: number;
  readonly validationAccuracy?: number;
};

/** One trained network of a posterior. */
export type Member = { readonly index: number; readonly parameters: Parameters };

/** A trained posterior: weights, the spec that gives them meaning, and the seed that names its samples. */
export type FittedPosterior = {
  readonly spec: ModelSpec;
  readonly seed: number;
  readonly history: readonly EpochRecord[];
  readonly members: readonly Member[];
  readonly targetScale: TargetScale;
  /** Safetensors bytes; the same posterior always gives the same bytes. */
  save(): Uint8Array;
};

const FORMAT = 'dubio.posterior.1';

export function fittedPosterior(parts: Omit<FittedPosterior, 'save'>): FittedPosterior {
  return Object.freeze({ ...parts, save: () => save(parts) });
}

function save({
  spec,
  seed,
  history,
  members,
  targetScale,
}: Omit<FittedPosterior, 'save'>): Uint8Array {
  const tensors = Object.fromEntries(
    members.flatMap(({ index, parameters }) =>
      Object.entries(parameters).map(([name, { shape, data }]) => [
        `member${index}/${name}`,
        { dtype: 'F32' as const, shape, data: data as Float32Array },
      ]),
    ),
  );
  return writeSafetensors(tensors, {
    format: FORMAT,
    spec: JSON.stringify(spec),
    seed: String(seed),
    members: JSON.stringify(members.map(({ index }) => index)),
    targetScale: JSON.stringify(targetScale),
    history: JSON.stringify(history),
  });
}

/**
 * Reads what `save` wrote.
 * @throws corrupt_artifact when the bytes are not a posterior
 * @throws weights_mismatch when the weights are not those of the spec beside them
 */
export function loadPosterior(bytes: Uint8Array): FittedPosterior {
  const { tensors, metadata } = readSafetensors(bytes);
  const { format, spec: specText, seed, members, targetScale, history } = metadata;
  if (format !== FORMAT || !specText || !seed || !members || !targetScale || !history) {
    throw new NumericsError(
      'corrupt_artifact',
      `Expected a saved posterior ('${FORMAT}'), got '${format ?? 'no format'}'.`,
      { format },
    );
  }
  const spec = completeSpec(JSON.parse(specText) as ModelSpec);
  const slots = resolveNetwork(spec).parameters;
  const indexes = JSON.parse(members) as number[];
  const expected = indexes.length * slots.length;
  if (Object.keys(tensors).length !== expected) {
    throw new NumericsError(
      'weights_mismatch',
      `The spec needs ${expected} tensors, the file holds ${Object.keys(tensors).length}.`,
      { expected },
    );
  }
  return fittedPosterior({
    spec,
    seed: Number(seed),
    history: JSON.parse(history) as EpochRecord[],
    targetScale: JSON.parse(targetScale) as TargetScale,
    members: indexes.map(
      (index): Member => ({
        index,
        parameters: Object.fromEntries(
          slots.map(({ name, shape }) => {
            const stored = tensors[`member${index}/${name}`];
            const fits =
              stored?.data instanceof Float32Array && stored.shape.join() === shape.join();
            if (!fits) {
              throw new NumericsError(
                'weights_mismatch',
                `Weights '${name}' of member ${index}: expected float32 [${shape.join(', ')}], got ${stored ? `${stored.dtype} [${stored.shape.join(', ')}]` : 'nothing'}.`,
                { name, expected: shape, got: stored?.shape },
              );
            }
            return [name, float32(stored.data as Float32Array, shape)];
          }),
        ),
      }),
    ),
  });
}
