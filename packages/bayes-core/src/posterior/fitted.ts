import { writeSafetensors } from '../io/safetensors.js';
import type { Parameters } from '../nn/parameters.js';
import type { ModelSpec } from '../nn/spec.js';
import type { TargetScale } from '../nn/targets.js';

/** Bits to write down the training answers given the weights, and the weights themselves. */
export type DescriptionLength = { readonly errorBits: number; readonly complexityBits: number };

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
  /** Posteriors fitted by a KL divergence only. */
  readonly descriptionLength?: DescriptionLength;
};

/** One trained network of a posterior. */
export type Member = { readonly index: number; readonly parameters: Parameters };

/**
 * A trained posterior: weights, the spec that gives them meaning, and the seed that names its
 * samples.
 */
export type FittedPosterior = {
  readonly spec: ModelSpec;
  readonly seed: number;
  readonly history: readonly EpochRecord[];
  readonly members: readonly Member[];
  readonly targetScale: TargetScale;
  /** Safetensors bytes; the same posterior always gives the same bytes. */
  save(): Uint8Array;
};

/** Names the layout of a saved posterior. */
export const POSTERIOR_FORMAT = 'dubio.posterior.1';

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
    format: POSTERIOR_FORMAT,
    spec: JSON.stringify(spec),
    seed: String(seed),
    members: JSON.stringify(members.map(({ index }) => index)),
    targetScale: JSON.stringify(targetScale),
    history: JSON.stringify(history),
  });
}
