import type { LayerSpec, PartialModelSpec } from '@dubio/bayes-core';
import type { ModelSpec, Network, Posterior } from '@dubio/contracts';

/** What a network answers with. */
export type Answers =
  | { readonly kind: 'class'; readonly classes: number }
  | { readonly kind: 'number' };

/** Turns a project's model settings into the spec of the numerics. */
export function toCoreSpec(
  spec: ModelSpec,
  inputShape: readonly number[],
  output: Answers,
): PartialModelSpec {
  // A prior in the loss leaves no room for weight decay beside it.
  const optimiser = HAS_PRIOR[spec.posterior.kind]
    ? { ...spec.optimiser, weightDecay: 0 }
    : spec.optimiser;
  return {
    network: toCoreNetwork(spec.network),
    input: { shape: inputShape },
    output,
    posterior: toCorePosterior(spec.posterior),
    optimiser: optimiser.kind === 'adam' ? { ...optimiser, momentum: 0 } : { ...optimiser },
    batchSize: spec.batchSize,
    maxEpochs: spec.maxEpochs,
    patience: spec.patience,
    drawsPerEpoch: spec.drawsPerEpoch,
  };
}

const HAS_PRIOR: Readonly<Record<Posterior['kind'], boolean>> = {
  point: false,
  'mc-dropout': false,
  ensemble: false,
  'mean-field': true,
  'concrete-dropout': true,
  swag: false,
  'laplace-last-layer': false,
  'group-normal-jeffreys': true,
  'group-horseshoe': true,
};

function toCorePosterior(posterior: Posterior): NonNullable<PartialModelSpec['posterior']> {
  switch (posterior.kind) {
    case 'mean-field': {
      const { priorDeviation, ...rest } = posterior;
      return { ...rest, prior: { kind: 'gaussian', deviation: priorDeviation } };
    }
    case 'swag':
      return { ...posterior, rank: posterior.epochs };
    default:
      return posterior;
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
