import { NumericsError } from '../errors.js';
import { biasName, type Layer, weightName } from '../nn/layer.js';
import type { Network } from '../nn/network.js';
import type { Parameters } from '../nn/parameters.js';
import type { LayerSpec } from '../nn/spec.js';
import { float32, type Tensor } from '../tensor.js';
import { type LiveLayer, liveLayers } from './liveness.js';

/** A network without what its weights make no use of. */
export type CompactNetwork = {
  /** Its layers, the output layer excepted, with the selection of inputs written down as layers of their own. */
  readonly layers: readonly LayerSpec[];
  /** What is left of each layer with weights, in order. */
  readonly live: readonly LiveLayer[];
  /** Values that selections choose from, all together: one bit each to write them down. */
  readonly choices: number;
  /** Cuts tensors of the full network, weights or what is shaped like them, to what is left. */
  cut(tensors: Parameters): Parameters;
};

/**
 * The smaller network that gives the same outputs: units, filters, channels and inputs that make no difference are left
 * out, exactly. Cost: a few passes over the weights.
 * @throws nothing_left when not one input of a layer is of use
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

function cutTensors(tensors: Parameters, live: readonly LiveLayer[]): Parameters {
  const cut: Record<string, Tensor> = { ...tensors };
  for (const { layer, inputs, outputs } of live) {
    const [rows, columns] = [keptOf(inputs), keptOf(outputs)];
    const [weight, bias] = [tensors[weightName(layer)]!, tensors[biasName(layer)]!];
    const width = outputs.length;
    if (layer.kind === 'dense') {
      const data = rows.flatMap((i) => columns.map((o) => weight.data[i * width + o]!));
      cut[weightName(layer)] = float32(Float32Array.from(data), [rows.length, columns.length]);
    } else {
      const cells = layer.kernel ** 2;
      const block = (o: number, i: number) => (o * inputs.length + i) * cells;
      const data = columns.flatMap((o) =>
        rows.flatMap((i) => [...weight.data.subarray(block(o, i), block(o, i) + cells)]),
      );
      const shape = [columns.length, rows.length, layer.kernel, layer.kernel];
      cut[weightName(layer)] = float32(Float32Array.from(data), shape);
    }
    cut[biasName(layer)] = float32(
      Float32Array.from(columns, (o) => bias.data[o]!),
      [columns.length],
    );
  }
  return cut;
}
