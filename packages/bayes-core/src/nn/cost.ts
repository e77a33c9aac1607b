import { sizeOf } from '../tensor.js';
import type { Layer } from './layer.js';

/** Multiply-adds of one item through the layers. */
export function multiplyAdds(layers: readonly Layer[]): number {
  return layers.reduce((sum, layer) => {
    if (layer.kind === 'dense') return sum + layer.inputShape[0]! * layer.outputShape[0]!;
    if (layer.kind === 'conv2d')
      return sum + layer.inputShape[0]! * layer.kernel ** 2 * sizeOf(layer.outputShape);
    return sum;
  }, 0);
}

/** The largest number of values that stand between two layers for one item. */
export function widestActivation(layers: readonly Layer[]): number {
  return Math.max(
    1,
    ...layers.map((layer) => Math.max(sizeOf(layer.inputShape), sizeOf(layer.outputShape))),
  );
}
