import { completeSpec } from '../src/nn/complete-spec.js';
import type { FeatureMatrix } from '../src/nn/features.js';
import { resolveNetwork } from '../src/nn/network.js';
import { initialParameters } from '../src/nn/parameters.js';
import type { PartialModelSpec } from '../src/nn/spec.js';
import { type FittedPosterior, fittedPosterior } from '../src/posterior/fitted.js';
import { normal } from '../src/random/normal.js';
import { stream } from '../src/random/stream.js';
import { float32, sizeOf } from '../src/tensor.js';

/** A posterior with random weights, biases included, for tests that do not need training. */
export function randomPosterior(partial: PartialModelSpec): FittedPosterior {
  const spec = completeSpec(partial);
  const network = resolveNetwork(spec);
  const count = spec.posterior.kind === 'ensemble' ? spec.posterior.members : 1;
  const members = Array.from({ length: count }, (_, index) => {
    const weights = initialParameters(network, spec.initialisation, stream(3).at(index));
    const parameters = Object.fromEntries(
      network.parameters.map(({ name, role, shape }) => {
        const bias = () => float32(normal(stream(4).split(name).at(index), sizeOf(shape)), shape);
        return [name, role === 'weight' ? weights[name]! : bias()];
      }),
    );
    return { index, parameters };
  });
  return fittedPosterior({
    spec,
    seed: 0,
    history: [],
    members,
    targetScale: { mean: 2, deviation: 3 },
  });
}

export function randomFeatures(shape: readonly number[], rows: number): FeatureMatrix {
  return { data: normal(stream(5).split('features'), rows * sizeOf(shape)), rows, shape };
}
