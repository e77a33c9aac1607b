import { constant, input, type Node } from '../graph/node.js';
import { forward } from '../nn/forward.js';
import { type DropoutLayer, type Layer, maskShape } from '../nn/layer.js';
import type { Network } from '../nn/network.js';
import type { Parameters } from '../nn/parameters.js';
import { float32, type Tensor } from '../tensor.js';
import { predictiveOutputs, type SampleProgram } from './sample-program.js';

/**
 * The plain way to run a sample: full layers, multiplied with its masks. The twin that thinned
 * networks are checked against.
 * @param shared weights that all samples have in common, or null when each sample brings its own
 */
export function maskedProgram(
  network: Network,
  layers: readonly Layer[],
  shared: Parameters | null,
): SampleProgram {
  const dropouts = layers.filter((layer): layer is DropoutLayer => layer.kind === 'dropout');
  const masks = new Map(
    dropouts.map((layer) => [
      layer.name,
      input(maskInput(layer), 'float32', [1, ...maskShape(layer)]),
    ]),
  );
  const needed = new Set(layers.flatMap((layer) => [`${layer.name}.weight`, `${layer.name}.bias`]));
  const slots = network.parameters.filter(({ name }) => needed.has(name));
  const nodes = new Map(
    slots.map(({ name, shape }): [string, Node] => [
      name,
      shared ? constant(shared[name]!.data, shape) : input(name, 'float32', shape),
    ]),
  );
  const options = {
    parameter: (name: string) => nodes.get(name)!,
    mask: (layer: DropoutLayer) => masks.get(layer.name)!,
  };
  return {
    samplesPerCall: 1,
    arrange: (hidden) => hidden,
    outputs: (hidden) => predictiveOutputs(forward(layers, hidden, options), network),
    inputsOf: ([sample]) => {
      const { keep, parameters } = sample!;
      const own = shared
        ? []
        : slots.map(({ name }): [string, Tensor] => [name, parameters[name]!]);
      const scaled = dropouts.map((layer): [string, Tensor] => [
        maskInput(layer),
        scaledMask(layer, keep.get(layer.name)!),
      ]);
      return Object.fromEntries([...own, ...scaled]);
    },
  };
}

function maskInput(layer: DropoutLayer): string {
  return `mask.${layer.name}`;
}

/** A mask of one item, divided by the probability of keeping. */
export function scaledMask(layer: DropoutLayer, keep: Uint8Array): Tensor {
  const scale = 1 / (1 - layer.rate);
  return float32(
    Float32Array.from(keep, (on) => on * scale),
    [1, ...maskShape(layer)],
  );
}
