import type { LayerSpec, PartialModelSpec } from '@dubio/bayes-core';
import type { ModelSpec, Network } from '@dubio/contracts';

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
  const { optimiser } = spec;
  return {
    network: toCoreNetwork(spec.network),
    input: { shape: inputShape },
    output,
    posterior: spec.posterior,
    optimiser: optimiser.kind === 'adam' ? { ...optimiser, momentum: 0 } : { ...optimiser },
    batchSize: spec.batchSize,
    maxEpochs: spec.maxEpochs,
    patience: spec.patience,
    drawsPerEpoch: spec.drawsPerEpoch,
  };
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
