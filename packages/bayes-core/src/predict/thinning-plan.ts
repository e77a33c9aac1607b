import { multiplyAdds } from '../nn/cost.js';
import type {
  ConvLayer,
  DenseLayer,
  DropoutLayer,
  Layer,
  PlainLayer,
  PoolLayer,
  SelectLayer,
} from '../nn/layer.js';

/**
 * A dropout network with fixed masks is a thinner network. This is how to build it, step by step:
 * dropped units are never computed, and the scale 1 / (1 - rate) moves into the next weights.
 */
export type ThinningStep =
  /** Take the kept units or channels of what comes in. */
  | { readonly kind: 'gather'; readonly dropout: DropoutLayer }
  /** Of what is kept, take what the network itself goes on with. */
  | { readonly kind: 'select'; readonly layer: SelectLayer }
  /** Multiply by a mask after all: units of an image cannot be left out of a convolution. */
  | { readonly kind: 'mask'; readonly dropout: DropoutLayer }
  /** Multiply by a number before a layer that a scale cannot pass. */
  | { readonly kind: 'scale'; readonly factor: number }
  /** Weights with kept inputs, times `factor`, and only the outputs that `keeps` leaves. */
  | {
      readonly kind: 'weights';
      readonly layer: DenseLayer | ConvLayer;
      readonly factor: number;
      readonly keeps: DropoutLayer | null;
    }
  | { readonly kind: 'plain'; readonly layer: PlainLayer | PoolLayer };

export function planThinning(layers: readonly Layer[]): ThinningStep[] {
  const steps: ThinningStep[] = [];
  let factor = 1;
  let alreadyKept: DropoutLayer | null = null;
  layers.forEach((layer, i) => {
    switch (layer.kind) {
      case 'dense':
      case 'conv2d': {
        alreadyKept = nextDropout(layer, layers.slice(i + 1));
        steps.push({ kind: 'weights', layer, factor, keeps: alreadyKept });
        factor = 1;
        break;
      }
      case 'dropout':
        if (layer.of === 'units' && layer.inputShape.length > 1) {
          steps.push({ kind: 'mask', dropout: layer });
        } else {
          if (alreadyKept !== layer) steps.push({ kind: 'gather', dropout: layer });
          factor /= 1 - layer.rate;
        }
        break;
      case 'select':
        steps.push({ kind: 'select', layer });
        break;
      case 'tanh':
        if (factor !== 1) steps.push({ kind: 'scale', factor });
        factor = 1;
        steps.push({ kind: 'plain', layer });
        break;
      default:
        steps.push({ kind: 'plain', layer });
    }
  });
  return steps;
}

/** Multiply-adds of one item in one sample, on average over what is kept. */
export function expectedMultiplyAdds(steps: readonly ThinningStep[]): number {
  let [sum, share] = [0, 1];
  for (const step of steps) {
    if (step.kind === 'gather') share *= 1 - step.dropout.rate;
    if (step.kind !== 'weights') continue;
    const left = step.keeps ? 1 - step.keeps.rate : 1;
    sum += share * left * multiplyAdds([step.layer]);
    share = left;
  }
  return sum;
}

/**
 * The dropout that decides about this layer's outputs, when only layers that keep zeros and places
 * stand between.
 */
function nextDropout(layer: DenseLayer | ConvLayer, after: readonly Layer[]): DropoutLayer | null {
  for (const next of after) {
    if (next.kind === 'dropout')
      return next.of === (layer.kind === 'dense' ? 'units' : 'channels') ? next : null;
    const passes = next.kind === 'relu' || next.kind === 'tanh' || next.kind.endsWith('pool');
    if (!passes) return null;
  }
  return null;
}

/** Input that tells step `position` what is kept. */
export function keptInput(position: number): string {
  return `kept.${position}`;
}
