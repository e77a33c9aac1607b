import { NumericsError } from '../errors.js';
import { readSafetensors } from '../io/safetensors.js';
import { completeFittedSpec } from '../nn/complete-spec.js';
import { resolveNetwork } from '../nn/network.js';
import type { ModelSpec } from '../nn/spec.js';
import type { TargetScale } from '../nn/targets.js';
import { float32 } from '../tensor.js';
import { familyOf } from './family-of.js';
import {
  type EpochRecord,
  type FittedPosterior,
  fittedPosterior,
  type Member,
  POSTERIOR_FORMAT,
} from './fitted.js';

/**
 * Reads what `save` wrote.
 * @throws corrupt_artifact when the bytes are not a posterior
 * @throws weights_mismatch when the weights are not those of the spec beside them
 */
export function loadPosterior(bytes: Uint8Array): FittedPosterior {
  const { tensors, metadata } = readSafetensors(bytes);
  const { format, spec: specText, seed, members, targetScale, history } = metadata;
  if (format !== POSTERIOR_FORMAT || !specText || !seed || !members || !targetScale || !history) {
    throw new NumericsError(
      'corrupt_artifact',
      `Expected a saved posterior ('${POSTERIOR_FORMAT}'), got '${format ?? 'no format'}'.`,
      { format },
    );
  }
  const spec = completeFittedSpec(JSON.parse(specText) as ModelSpec);
  const slots = familyOf(spec.posterior).savedSlots(resolveNetwork(spec));
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
