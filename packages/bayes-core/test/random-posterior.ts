import { completeSpec } from '../src/nn/complete-spec.js';
import type { FeatureMatrix } from '../src/nn/features.js';
import { resolveNetwork } from '../src/nn/network.js';
import type { PartialModelSpec } from '../src/nn/spec.js';
import { familyOf } from '../src/posterior/family-of.js';
import { type FittedPosterior, fittedPosterior } from '../src/posterior/fitted.js';
import { normal } from '../src/random/normal.js';
import { stream } from '../src/random/stream.js';
import { float32, sizeOf } from '../src/tensor.js';

/**
 * A posterior with random weights, biases included, for tests that do not need training.
 * Variational parameters lie around their first values; what a family fits after training is random
 * and positive.
 */
export function randomPosterior(partial: PartialModelSpec): FittedPosterior {
  const spec = completeSpec(partial);
  const network = resolveNetwork(spec);
  const family = familyOf(spec.posterior);
  const form = family.trainingForm(network, 1);
  const roles = new Map(form.slots.map(({ name, role }) => [name, role]));
  const members = Array.from({ length: family.memberCount }, (_, index) => {
    const first = form.initialValues(spec.initialisation, stream(3).at(index));
    const parameters = Object.fromEntries(
      family.savedSlots(network).map(({ name, shape }) => {
        const noise = normal(stream(4).split(name).at(index), sizeOf(shape));
        const role = roles.get(name);
        if (role === 'weight') return [name, first[name]!];
        if (role === 'variational')
          return [
            name,
            float32(
              noise.map((x, i) => first[name]!.data[i]! + 0.3 * x),
              shape,
            ),
          ];
        return [name, float32(role ? noise : noise.map(Math.abs), shape)];
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
