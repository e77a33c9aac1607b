import { constant, type Node } from '../../graph/node.js';
import { reshape } from '../../graph/ops/layout.js';
import {
  biasName,
  type ConvLayer,
  type DenseLayer,
  type DropoutLayer,
  type Layer,
  weightName,
} from '../../nn/layer.js';
import type { Network } from '../../nn/network.js';
import type { Parameters } from '../../nn/parameters.js';
import type { WeightMoments } from '../../posterior/family.js';
import { float32 } from '../../tensor.js';
import { reluMoments, tanhMoments } from './activation-moments.js';
import { affineMoments, type LayerWeights } from './affine-moments.js';
import { droppedChannels } from './dropped-channels.js';
import { timesFactors } from './noise-moments.js';
import {
  averagePoolMoments,
  flattenMoments,
  maxPoolMoments,
  selectMoments,
} from './pool-moments.js';
import { certain, type Step, type ValueMoments } from './value-moments.js';

/** What a pass needs to know of a fitted posterior. */
export type MomentSource = {
  readonly network: Network;
  readonly parameters: Parameters;
  readonly weights: WeightMoments;
};

/** Moments of what comes into the last layer, and the steps that led there. */
export type HiddenMoments = { readonly moments: ValueMoments; readonly steps: readonly Step[] };

/** Carries mean and variance of x [N, ...item shape] through all layers but the last. */
export function hiddenMoments(source: MomentSource, x: Node): HiddenMoments {
  const layers = source.network.layers.slice(0, -1);
  const steps: Step[] = [];
  let moments = certain(x);
  const take = (step: Step) => {
    steps.push(step);
    moments = step.moments;
  };
  for (let at = 0; at < layers.length; at++) {
    const layer = layers[at]!;
    const joint = layer.kind === 'dropout' && jointlyWith(layer, layers.slice(at + 1));
    if (joint) {
      const { parameters } = source;
      take(droppedChannels(joint.layer, moments, maskVariance(layer), parameters));
      at += joint.taken;
      continue;
    }
    for (const step of stepsOf(source, layer)) take(step(moments));
  }
  return { moments, steps };
}

/**
 * The dense layer that follows dropped channels, if only flattening stands between; `taken` layers
 * are done with it.
 */
function jointlyWith(
  dropout: DropoutLayer,
  [next, afterNext]: readonly Layer[],
): { layer: DenseLayer; taken: number } | null {
  if (dropout.of !== 'channels' || !next) return null;
  if (next.kind === 'flatten' && afterNext?.kind === 'dense') return { layer: afterNext, taken: 2 };
  return null;
}

/** Var[z] of a mask that is 1 / (1 - rate) with probability 1 - rate and else 0. */
function maskVariance({ rate }: DropoutLayer): number {
  return rate / (1 - rate);
}

/** The steps of one layer: its own, with the scales of its groups before or after it. */
export function stepsOf(
  source: MomentSource,
  layer: Layer,
): readonly ((x: ValueMoments) => Step)[] {
  switch (layer.kind) {
    case 'relu':
      return [reluMoments];
    case 'tanh':
      return [tanhMoments];
    case 'flatten':
      return [flattenMoments];
    case 'max-pool':
      return [(x) => maxPoolMoments(x, layer.size)];
    case 'select':
      return [(x) => selectMoments(x, layer.positions)];
    case 'average-pool':
      return [(x) => averagePoolMoments(x, layer.size)];
    case 'dropout':
      return [(x) => timesFactors(x, maskFactors(layer))];
    case 'dense':
    case 'conv2d':
      return weightSteps(source, layer);
  }
}

function maskFactors(layer: DropoutLayer) {
  return {
    mean: null,
    variance: constant(maskVariance(layer)),
    ofChannels: layer.of === 'channels',
  };
}

function weightSteps(
  { parameters, weights }: MomentSource,
  layer: DenseLayer | ConvLayer,
): ((x: ValueMoments) => Step)[] {
  const own = (x: ValueMoments) =>
    affineMoments(layer, x, layerWeights(parameters, weights, layer));
  const scales = weights.scales(layer);
  if (!scales) return [own];
  const ofFilters = layer.kind === 'conv2d';
  const shaped = (values: Float64Array) => {
    const flat = constant(Float32Array.from(values), [1, values.length]);
    return ofFilters ? reshape(flat, [1, values.length, 1, 1]) : flat;
  };
  const factors = {
    mean: shaped(scales.mean),
    variance: shaped(scales.variance),
    ofChannels: ofFilters,
  };
  const scaled = (x: ValueMoments) => timesFactors(x, factors);
  return ofFilters ? [own, scaled] : [scaled, own];
}

export function layerWeights(
  parameters: Parameters,
  weights: WeightMoments,
  layer: DenseLayer | ConvLayer,
): LayerWeights {
  const [weight, bias] = [parameters[weightName(layer)]!, parameters[biasName(layer)]!];
  const varianceOf = (name: string, shape: readonly number[]) => {
    const variance = weights.variance(name);
    return variance && float32(variance, shape);
  };
  return {
    weight,
    bias,
    weightVariance: varianceOf(weightName(layer), weight.shape),
    biasVariance: varianceOf(biasName(layer), bias.shape),
  };
}
