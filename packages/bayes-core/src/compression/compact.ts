import { NumericsError } from '../errors.js';
import { biasName, type Layer, weightName } from '../nn/layer.js';
import type { Network } from '../nn/network.js';
import type { Parameters } from '../nn/parameters.js';
import type { LayerSpec } from '../nn/spec.js';
import { groupCount } from '../posterior/group-scales.js';
import { float32, sizeOf, type Tensor } from '../tensor.js';
import { type LiveLayer, liveLayers } from './liveness.js';

/** A network without what its weights make no use of. */
export type CompactNetwork = {
  /**
   * Its layers, the output layer excepted, with the selection of inputs written down as layers of
   * their own.
   */
  readonly layers: readonly LayerSpec[];
  /** What is left of each layer with weights, in order. */
  readonly live: readonly LiveLayer[];
  /** Values that selections choose from, all together: one bit each to write them down. */
  readonly choices: number;
  /** Cuts tensors of the full network, weights or what is shaped like them, to what is left. */
  cut(tensors: Parameters): Parameters;
};

/**
 * The smaller network that gives the same outputs: units, filters, channels and inputs that make no
 * difference are left out, exactly. Cost: a few passes over the weights.
 * @throws nothing_left when not one input of a layer is of use
 * @see docs/decisions/0110
 */
export function compactNetwork(network: Network, parameters: Parameters): CompactNetwork {
  const live = liveLayers(network, parameters);
  for (const { layer, inputs } of live) {
    if (inputs.includes(1)) continue;
    throw new NumericsError(
      'nothing_left',
      `Nothing is left of layer '${layer.name}': its answers would not depend on the inputs. Prune less (a higher threshold), or train with a smaller 'posterior.klScale'.`,
      { layer: layer.name },
    );
  }
  return {
    ...compactLayers(network.layers, live),
    live,
    cut: (tensors) => cutTensors(tensors, live),
  };
}

function compactLayers(
  layers: readonly Layer[],
  live: readonly LiveLayer[],
): Pick<CompactNetwork, 'layers' | 'choices'> {
  const specs: LayerSpec[] = [];
  let choices = 0;
  let before: LiveLayer | null = null;
  for (const layer of layers) {
    // Old selections are part of the new ones, and dropout is not part of the mean network.
    if (layer.kind === 'select' || layer.kind === 'dropout') continue;
    const own = live.find((each) => each.layer === layer);
    if (!own) {
      specs.push(plainSpec(layer));
      continue;
    }
    const { positions, arriving } = positionsOf(own, before);
    if (positions.length < arriving) {
      specs.push({ kind: 'select', positions });
      choices += arriving;
    }
    const outputs = own.outputs.filter(Boolean).length;
    if (layer.kind === 'conv2d')
      specs.push({
        kind: 'conv2d',
        channels: outputs,
        kernel: layer.kernel,
        padding: layer.padding,
      });
    else if (own !== live.at(-1)) specs.push({ kind: 'dense', units: outputs });
    before = own;
  }
  return { layers: specs, choices };
}

function plainSpec(layer: Layer): LayerSpec {
  switch (layer.kind) {
    case 'max-pool':
    case 'average-pool':
      return { kind: layer.kind, size: layer.size };
    case 'relu':
    case 'tanh':
    case 'flatten':
      return { kind: layer.kind };
    default:
      throw new NumericsError('invalid_argument', `A layer of kind '${layer.kind}' has weights.`);
  }
}

/** Which of the values that the layer before still gives, or the item, are read. */
function positionsOf(own: LiveLayer, before: LiveLayer | null) {
  const { inputs, places, cells, channels } = own;
  const wanted = new Set(keptOf(inputs).map((i) => places[i]!));
  const given = before ? keptOf(before.outputs) : [...Array(channels).keys()];
  const arriving = given.flatMap((channel) =>
    Array.from({ length: cells }, (_, cell) => channel * cells + cell),
  );
  const positions = [...arriving.keys()].filter((at) => wanted.has(arriving[at]!));
  return { positions, arriving: arriving.length };
}

function keptOf(on: Uint8Array): number[] {
  return [...on.keys()].filter((i) => on[i]);
}

/**
 * Weights, biases and whatever is shaped like them by input, by input and output, by output, or by
 * group.
 */
function cutTensors(tensors: Parameters, live: readonly LiveLayer[]): Parameters {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => {
      const own = live.find(({ layer }) => name.startsWith(`${layer.name}.`));
      return [name, own ? cutTensor(name, tensor, own) : tensor];
    }),
  );
}

function cutTensor(name: string, tensor: Tensor, { layer, inputs, outputs }: LiveLayer): Tensor {
  const [rows, columns] = [keptOf(inputs), keptOf(outputs)];
  if (name.startsWith(weightName(layer))) {
    return layer.kind === 'dense'
      ? cutBlocks(tensor, [rows, columns])
      : cutBlocks(tensor, [columns, rows]);
  }
  if (name.startsWith(biasName(layer))) return cutBlocks(tensor, [columns]);
  if (sizeOf(tensor.shape) !== groupCount(layer)) return tensor;
  return cutBlocks(tensor, [layer.kind === 'dense' ? rows : columns]);
}

/** Takes the given places of the first axes; what lies behind them goes along. */
function cutBlocks({ data, shape }: Tensor, places: readonly (readonly number[])[]): Tensor {
  const rest = shape.slice(places.length);
  const block = sizeOf(rest);
  const starts = places.reduce<number[]>(
    (before, axis, i) => before.flatMap((at) => axis.map((place) => at * shape[i]! + place)),
    [0],
  );
  const cut = new Float32Array(starts.length * block);
  starts.forEach((start, i) => {
    for (let at = 0; at < block; at++) cut[i * block + at] = data[start * block + at]!;
  });
  return float32(cut, [...places.map((axis) => axis.length), ...rest]);
}
