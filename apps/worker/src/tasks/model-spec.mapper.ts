import type { AskedField } from '@dubio/active-learning';
import type { LayerSpec, OutputSpec, PartialModelSpec, SingleOutputSpec } from '@dubio/bayes-core';
import type { ModelSpec, Network, Noise, Posterior } from '@dubio/contracts';
import { posteriorCan } from '@dubio/contracts/catalogue';

/** Points at which noise of the logits is integrated. */
const LOGIT_NOISE_DRAWS = 32;
/** Keeps means honest where noise per item is learned (Seitzer et al. 2022 recommend one half). */
const BETA_NLL = 0.5;

/** Turns a project's model settings into the spec of the numerics. */
export function toCoreSpec(
  spec: ModelSpec,
  inputShape: readonly number[],
  asked: readonly AskedField[],
): PartialModelSpec {
  // A prior in the loss leaves no room for weight decay beside it.
  const optimiser = posteriorCan(spec.posterior.kind).priorInLoss
    ? { ...spec.optimiser, weightDecay: 0 }
    : spec.optimiser;
  return {
    network: toCoreNetwork(spec.network),
    input: { shape: inputShape },
    output: toCoreOutput(spec.noise, asked),
    posterior: toCorePosterior(spec.posterior),
    optimiser: optimiser.kind === 'adam' ? { ...optimiser, momentum: 0 } : { ...optimiser },
    batchSize: spec.batchSize,
    maxEpochs: spec.maxEpochs,
    patience: spec.patience,
    drawsPerEpoch: spec.drawsPerEpoch,
  };
}

function toCorePosterior(posterior: Posterior): NonNullable<PartialModelSpec['posterior']> {
  if (posterior.kind === 'mean-field') {
    const { priorDeviation, klWarmUpEpochs, ...rest } = posterior;
    const prior = { kind: 'gaussian', deviation: priorDeviation } as const;
    return { ...rest, prior, ...warmUp(klWarmUpEpochs) };
  }
  if ('klWarmUpEpochs' in posterior) {
    const { klWarmUpEpochs, ...rest } = posterior;
    return { ...rest, ...warmUp(klWarmUpEpochs) };
  }
  return posterior.kind === 'swag' ? { ...posterior, rank: posterior.epochs } : posterior;
}

/** Left out where there is none, so that a spec without it is that of models trained before. */
const warmUp = (epochs: number) => (epochs === 0 ? {} : { klWarmUpEpochs: epochs });

/** One output, or one for each field; with noise as the project chose it. */
function toCoreOutput(noise: Noise, asked: readonly AskedField[]): OutputSpec {
  const outputs = asked.map((field) => singleOutput(noise, field));
  if (outputs.length === 1) return outputs[0]!;
  return {
    kind: 'fields',
    fields: outputs.map((output, k) => ({ name: asked[k]!.name, output })),
  };
}

function singleOutput(noise: Noise, { kind, classes }: AskedField): SingleOutputSpec {
  switch (kind) {
    case 'class':
      return {
        kind,
        classes: classes.length,
        ...(noise.logits ? { logitNoise: { draws: LOGIT_NOISE_DRAWS } } : {}),
      };
    case 'choices':
      return { kind, choices: classes.length };
    case 'number':
      return noise.numbers === 'shared' ? { kind } : { kind, noise: 'per-item', betaNll: BETA_NLL };
  }
}

function toCoreNetwork(network: Network): PartialModelSpec['network'] {
  if (network.preset !== 'mlp') return { preset: network.preset };
  const layers = network.hidden.flatMap((units): LayerSpec[] => [
    { kind: 'dense', units },
    { kind: network.activation },
    { kind: 'dropout', of: 'units' },
  ]);
  return { layers };
}
