import { PART, type TrainingSet } from '@dubio/active-learning';
import type { EpochRecord } from '@dubio/bayes-core';
import { ModelSpec } from '@dubio/contracts';
import { DEFAULT_MODEL, posteriorCan } from '@dubio/contracts/catalogue';

/** A surrogate has to be uncertain, whatever the model under test makes of its own. */
const LEAST_SAMPLES = 20;

/**
 * The settings of the network that says where the model under test may be wrong: those of the
 * model, as one network that learns all labels in one place. Networks without uncertainty of their
 * own, alone or as members, are given the posterior of new projects.
 */
export function surrogateSpec(spec: ModelSpec, epochs: number): ModelSpec {
  const { kind } = spec.posterior;
  return ModelSpec.parse({
    ...spec,
    ...(posteriorCan(kind).unlimitedSamples ? {} : { posterior: DEFAULT_MODEL.posterior }),
    samples: surrogateSamples(spec),
    maxEpochs: epochs,
    partitioned: null,
    streaming: false,
  });
}

export const surrogateSamples = ({ samples }: Pick<ModelSpec, 'samples'>): number =>
  Math.max(LEAST_SAMPLES, samples);

/** Every label that there is, whatever the round uses it for; nothing is left to stop by. */
export const surrogateSet = (set: TrainingSet): TrainingSet => ({
  ...set,
  heldOutSource: 'none',
  parts: set.parts.map(() => PART.train),
  prior: null,
  weights: [],
  trainWithLureWeights: false,
  activeTest: null,
});

/**
 * As many epochs as the model under test was found best after; all of them where it had nothing to
 * stop by.
 */
export function surrogateEpochs(spec: ModelSpec, history: readonly EpochRecord[]): number {
  let best: EpochRecord | null = null;
  const warmUp = 'klWarmUpEpochs' in spec.posterior ? spec.posterior.klWarmUpEpochs : 0;
  for (const record of history) {
    if (record.member !== history[0]!.member || record.epoch <= warmUp) continue;
    if (record.validationLoss === undefined) continue;
    if (best === null || record.validationLoss < best.validationLoss!) best = record;
  }
  return Math.min(spec.maxEpochs, best?.epoch ?? spec.maxEpochs);
}
