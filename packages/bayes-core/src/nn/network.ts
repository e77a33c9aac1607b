import { sizeOf } from '../tensor.js';
import { fieldError } from './field-error.js';
import { type Head, headParameters, headsOf, outputWidth } from './heads.js';
import { biasName, type Layer, type ParameterSlot, weightName } from './layer.js';
import { presets } from './presets.js';
import type { LayerSpec, ModelSpec, PosteriorSpec } from './spec.js';

export const DEFAULT_DROPOUT_RATE = 0.5;

export type Network = {
  readonly layers: readonly Layer[];
  readonly parameters: readonly ParameterSlot[];
  /** Shape of one item at the input, and how many numbers come out. */
  readonly inputShape: readonly number[];
  readonly outputs: number;
  /** What the outputs mean. */
  readonly heads: readonly Head[];
};

/**
 * From a spec to layers with known shapes, the output layer included.
 * Dropout belongs to the posteriors that are made of it; others leave those layers out.
 * @throws invalid_spec naming the layer that does not fit
 */
export function resolveNetwork(spec: ModelSpec): Network {
  const outputs = outputWidth(spec.output);
  const layers: Layer[] = [];
  const counts = new Map<string, number>();
  let shape = spec.input.shape;
  const push = (layerSpec: LayerSpec, field: string, name?: string) => {
    const count = (counts.get(layerSpec.kind) ?? 0) + 1;
    counts.set(layerSpec.kind, count);
    const layer = resolveLayer(layerSpec, field, name ?? `${layerSpec.kind}${count}`, shape, spec);
    layers.push(layer);
    shape = layer.outputShape;
  };
  layerSpecs(spec).forEach((layerSpec, i) => {
    const field = `network.layers[${i}]`;
    if (layerSpec.kind === 'dropout' && !usesDropout(spec.posterior)) return;
    if (layerSpec.kind === 'dense' && shape.length > 1) push({ kind: 'flatten' }, field);
    push(layerSpec, field);
  });
  if (shape.length > 1) push({ kind: 'flatten' }, 'output');
  push({ kind: 'dense', units: outputs }, 'output', 'head');
  const ordered = delayDropout(poolFirst(layers));
  return {
    layers: ordered,
    parameters: parameterSlots(ordered, spec),
    inputShape: spec.input.shape,
    outputs,
    heads: headsOf(spec.output),
  };
}

/** Whether the posterior is made of dropout layers. */
export function usesDropout({ kind }: PosteriorSpec): boolean {
  return kind === 'mc-dropout' || kind === 'concrete-dropout';
}

/** A learned rate begins where the posterior says, whatever the layer would have had fixed. */
function rateOf(own: number | undefined, posterior: PosteriorSpec): number {
  if (posterior.kind === 'concrete-dropout') return posterior.initialRate;
  return own ?? (posterior.kind === 'mc-dropout' ? posterior.rate : DEFAULT_DROPOUT_RATE);
}

function layerSpecs({ network }: ModelSpec): readonly LayerSpec[] {
  return 'preset' in network ? presets[network.preset].layers(network.units) : network.layers;
}

function resolveLayer(
  layer: LayerSpec,
  field: string,
  name: string,
  inputShape: readonly number[],
  spec: ModelSpec,
): Layer {
  const common = { name, inputShape };
  switch (layer.kind) {
    case 'dense':
      return { ...common, kind: 'dense', outputShape: [layer.units] };
    case 'conv2d': {
      const padding = layer.padding ?? 0;
      const [height, width] = imageOf(field, layer.kind, inputShape, layer.kernel - 2 * padding);
      const grown = 2 * padding - layer.kernel + 1;
      return {
        ...common,
        kind: 'conv2d',
        kernel: layer.kernel,
        padding,
        outputShape: [layer.channels, height + grown, width + grown],
      };
    }
    case 'max-pool':
    case 'average-pool': {
      const [height, width] = imageOf(field, layer.kind, inputShape, layer.size);
      const outputShape = [
        inputShape[0]!,
        Math.floor(height / layer.size),
        Math.floor(width / layer.size),
      ];
      return { ...common, kind: layer.kind, size: layer.size, outputShape };
    }
    case 'dropout': {
      const of = layer.of ?? 'units';
      if (of === 'channels') imageOf(field, 'dropout of channels', inputShape, 1);
      const rate = rateOf(layer.rate, spec.posterior);
      const maskSize = of === 'channels' ? inputShape[0]! : sizeOf(inputShape);
      return { ...common, kind: 'dropout', rate, of, maskSize, outputShape: inputShape };
    }
    case 'flatten':
      return { ...common, kind: 'flatten', outputShape: [sizeOf(inputShape)] };
    case 'select': {
      const { positions } = layer;
      if (positions.at(-1)! >= inputShape[0]!) {
        const what = inputShape.length > 1 ? 'channels' : 'features';
        throw fieldError(`${field}.positions`, `numbers of ${inputShape[0]} ${what}`, positions);
      }
      return {
        ...common,
        kind: 'select',
        positions,
        outputShape: [positions.length, ...inputShape.slice(1)],
      };
    }
    default:
      return { ...common, kind: layer.kind, outputShape: inputShape };
  }
}

function imageOf(
  field: string,
  kind: string,
  shape: readonly number[],
  least: number,
): [number, number] {
  const [, height, width] = shape;
  if (height === undefined || width === undefined || height < least || width < least) {
    throw fieldError(
      field,
      `an image [channels, height, width] of at least ${least} x ${least} coming into '${kind}'`,
      shape,
    );
  }
  return [height, width];
}

/** Max pooling and relu commute; the relu then touches a fraction of the values. */
export function poolFirst(layers: readonly Layer[]): Layer[] {
  const ordered = [...layers];
  for (let at = 1; at < ordered.length; at++) {
    const [relu, pool] = [ordered[at - 1]!, ordered[at]!];
    if (relu.kind !== 'relu' || pool.kind !== 'max-pool') continue;
    ordered[at - 1] = pool;
    ordered[at] = { ...relu, inputShape: pool.outputShape, outputShape: pool.outputShape };
  }
  return ordered;
}

/**
 * Moves dropout behind layers it commutes with: a mask with its positive scale may be applied after
 * a relu, after flattening (units) and after pooling (channels) with the same result. Everything
 * before the first dropout is deterministic, so this makes masks smaller and lets more of the
 * network be computed only once.
 */
export function delayDropout(layers: readonly Layer[]): Layer[] {
  const ordered = [...layers];
  for (let i = ordered.length - 2; i >= 0; i--) {
    for (let at = i; at < ordered.length - 1; at++) {
      const dropout = ordered[at]!;
      const next = ordered[at + 1]!;
      if (dropout.kind !== 'dropout' || !commutes(dropout.of, next)) break;
      const shape = next.outputShape;
      const maskSize = dropout.of === 'channels' ? shape[0]! : sizeOf(shape);
      ordered[at] = next;
      ordered[at + 1] = { ...dropout, inputShape: shape, outputShape: shape, maskSize };
    }
  }
  return ordered;
}

function commutes(of: 'units' | 'channels', next: Layer): boolean {
  if (next.kind === 'relu') return true;
  return of === 'channels'
    ? next.kind === 'max-pool' || next.kind === 'average-pool'
    : next.kind === 'flatten';
}

function parameterSlots(layers: readonly Layer[], spec: ModelSpec): ParameterSlot[] {
  const slots = layers.flatMap((layer, i): ParameterSlot[] => {
    if (layer.kind !== 'dense' && layer.kind !== 'conv2d') return [];
    const [inputs, outputs] = [layer.inputShape[0]!, layer.outputShape[0]!];
    const shape =
      layer.kind === 'dense' ? [inputs, outputs] : [outputs, inputs, layer.kernel, layer.kernel];
    const cells = layer.kind === 'dense' ? 1 : layer.kernel ** 2;
    const nonlinearity = layers
      .slice(i + 1)
      .find((next) => next.kind !== 'dropout' && !next.kind.endsWith('pool'))?.kind;
    const fans = {
      fanIn: inputs * cells,
      fanOut: outputs * cells,
      beforeRelu: nonlinearity === 'relu',
    };
    return [
      { name: weightName(layer), shape, role: 'weight', ...fans },
      { name: biasName(layer), shape: [outputs], role: 'bias', ...fans },
    ];
  });
  return [...slots, ...headParameters(spec.output)];
}
