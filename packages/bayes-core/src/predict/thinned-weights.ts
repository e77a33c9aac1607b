import {
  biasName,
  type ConvLayer,
  type DenseLayer,
  type DropoutLayer,
  weightName,
} from '../nn/layer.js';
import type { NetworkSample } from '../posterior/family.js';
import { float32, int32, sizeOf, type Tensor } from '../tensor.js';
import { keptInput, type ThinningStep } from './thinning-plan.js';

/**
 * Which units or channels of the full network are still there, by their place in it.
 * A sample may drop all of them; then one stays, `silent`, because runtimes refuse images without
 * channels.
 */
type Kept = { readonly places: Int32Array; readonly silent: boolean };

/**
 * The inputs that make a thinned program one sample's network: kept places, and weights cut down to
 * them.
 */
export function thinnedInputs(
  steps: readonly ThinningStep[],
  sample: NetworkSample,
  inputShape: readonly number[],
): Record<string, Tensor> {
  const inputs: Record<string, Tensor> = {};
  let kept = everything(inputShape[0]!);
  steps.forEach((step, position) => {
    switch (step.kind) {
      case 'gather': {
        const before = kept.places;
        const keep = sample.keep.get(step.dropout.name)!;
        const chosen = keptOf(Uint8Array.from(before, (unit) => keep[unit]!));
        inputs[keptInput(position)] = int32(chosen.places, [chosen.places.length]);
        kept = {
          places: chosen.places.map((at) => before[at]!),
          silent: kept.silent || chosen.silent,
        };
        break;
      }
      case 'select': {
        const { taken, left } = selected(kept.places, step.layer.positions);
        inputs[keptInput(position)] = int32(taken.places, [taken.places.length]);
        kept = { places: left, silent: kept.silent || taken.silent };
        break;
      }
      case 'mask':
        inputs[keptInput(position)] = maskOf(
          step.dropout,
          sample.keep.get(step.dropout.name)!,
          kept.places,
        );
        break;
      case 'weights': {
        const outputs = step.keeps
          ? keptOf(sample.keep.get(step.keeps.name)!)
          : everything(step.layer.outputShape[0]!);
        const factor = kept.silent ? 0 : step.factor;
        Object.assign(inputs, cutLayer(step.layer, sample, kept.places, outputs.places, factor));
        kept = outputs;
        break;
      }
      case 'plain':
        if (step.layer.kind === 'flatten') {
          kept = {
            ...kept,
            places: flattened(kept.places, sizeOf(step.layer.inputShape.slice(1))),
          };
        }
        break;
      default:
        break;
    }
  });
  return inputs;
}

function everything(count: number): Kept {
  return { places: Int32Array.from({ length: count }, (_, i) => i), silent: false };
}

function keptOf(keep: Uint8Array): Kept {
  const places: number[] = [];
  keep.forEach((on, place) => {
    if (on) places.push(place);
  });
  return places.length > 0
    ? { places: Int32Array.from(places), silent: false }
    : { places: Int32Array.of(0), silent: true };
}

/** Which of the kept places a selection takes, and their places in what it gives. */
function selected(
  places: Int32Array,
  positions: readonly number[],
): { taken: Kept; left: Int32Array } {
  const at = new Map(positions.map((position, i) => [position, i]));
  const taken = keptOf(Uint8Array.from(places, (place) => Number(at.has(place))));
  return { taken, left: taken.places.map((i) => at.get(places[i]!) ?? 0) };
}

function flattened(channels: Int32Array, cells: number): Int32Array {
  const units = new Int32Array(channels.length * cells);
  channels.forEach((channel, i) => {
    for (let cell = 0; cell < cells; cell++) units[i * cells + cell] = channel * cells + cell;
  });
  return units;
}

function maskOf(layer: DropoutLayer, keep: Uint8Array, channels: Int32Array): Tensor {
  const [, height, width] = layer.inputShape as [number, number, number];
  const cells = height * width;
  const scale = 1 / (1 - layer.rate);
  const mask = Float32Array.from(flattened(channels, cells), (unit) => keep[unit]! * scale);
  return float32(mask, [1, channels.length, height, width]);
}

function cutLayer(
  layer: DenseLayer | ConvLayer,
  sample: NetworkSample,
  inputs: Int32Array,
  outputs: Int32Array,
  factor: number,
): Record<string, Tensor> {
  const weight = sample.parameters[weightName(layer)]!.data as Float32Array;
  const bias = sample.parameters[biasName(layer)]!.data as Float32Array;
  const cutBias = Float32Array.from(outputs, (output) => bias[output]!);
  if (layer.kind === 'conv2d') {
    return {
      [weightName(layer)]: cutFilters(layer, weight, inputs, outputs, factor),
      [biasName(layer)]: float32(cutBias, [outputs.length]),
    };
  }
  return {
    [weightName(layer)]: cutMatrix(layer, weight, inputs, outputs, factor),
    [biasName(layer)]: float32(cutBias, [outputs.length, 1]),
  };
}

/** Kept rows and columns of a weight [in, out], transposed to [out, in]. */
function cutMatrix(
  layer: DenseLayer,
  weight: Float32Array,
  inputs: Int32Array,
  outputs: Int32Array,
  factor: number,
): Tensor {
  const width = layer.outputShape[0]!;
  const depth = inputs.length;
  const cut = new Float32Array(depth * outputs.length);
  for (let i = 0; i < depth; i++) {
    const start = inputs[i]! * width;
    for (let o = 0; o < outputs.length; o++)
      cut[o * depth + i] = weight[start + outputs[o]!]! * factor;
  }
  return float32(cut, [outputs.length, depth]);
}

/** Kept input channels and filters of a weight [out, in, h, w]. */
function cutFilters(
  layer: ConvLayer,
  weight: Float32Array,
  channels: Int32Array,
  filters: Int32Array,
  factor: number,
): Tensor {
  const cells = layer.kernel ** 2;
  const depth = layer.inputShape[0]!;
  const cut = new Float32Array(filters.length * channels.length * cells);
  let at = 0;
  for (const filter of filters) {
    for (const channel of channels) {
      const start = (filter * depth + channel) * cells;
      for (let cell = 0; cell < cells; cell++) cut[at++] = weight[start + cell]! * factor;
    }
  }
  return float32(cut, [filters.length, channels.length, layer.kernel, layer.kernel]);
}
