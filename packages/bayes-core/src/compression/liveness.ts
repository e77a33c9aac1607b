import { biasName, type Layer, weightName } from '../nn/layer.js';
import type { Network } from '../nn/network.js';
import type { Parameters } from '../nn/parameters.js';
import type { WeightLayer } from '../posterior/group-scales.js';
import { sizeOf } from '../tensor.js';

/** Inputs and outputs of a layer with weights that make a difference to the answer. */
export type LiveLayer = {
  readonly layer: WeightLayer;
  /** Whether input i and output o are of use, by place. */
  readonly inputs: Uint8Array;
  readonly outputs: Uint8Array;
  /**
   * What input i is: value number `places[i]` of the layer before (of its channels, `cells` to a
   * channel once flattened).
   */
  readonly places: Int32Array;
  readonly cells: number;
  /** Values or channels that the layer before gives, or the item. */
  readonly channels: number;
};

/**
 * Finds what is of no use to the answer, from weights that are exactly 0: an input none of whose
 * weights reaches a live output, an output that nothing flows into (no live weight, no bias), an
 * output that no live input of the next layer reads; again and again until nothing more falls away.
 * Layers in between keep zeros zero, so leaving all this out changes no answer. The last layer's
 * outputs stay.
 */
export function liveLayers(network: Network, parameters: Parameters): LiveLayer[] {
  const live = arrivals(network.layers);
  const links = live.map(({ layer }) => linksOf(layer, parameters));
  for (let changed = true; changed; ) {
    changed = false;
    for (let k = 0; k < live.length; k++) {
      const isLast = k === live.length - 1;
      if (dropUnlinked(live[k]!, links[k]!, isLast)) changed = true;
      if (k > 0 && agree(live[k - 1]!, live[k]!)) changed = true;
    }
  }
  return live;
}

/** Layers with weights, everything alive, and where each input comes from. */
function arrivals(layers: readonly Layer[]): LiveLayer[] {
  const found: LiveLayer[] = [];
  let channels = layers[0]!.inputShape[0]!;
  let places = count(channels);
  let cells = 1;
  for (const layer of layers) {
    if (layer.kind === 'flatten') {
      const each = sizeOf(layer.inputShape.slice(1));
      places = Int32Array.from(
        { length: places.length * each },
        (_, i) => places[Math.floor(i / each)]! * each + (i % each),
      );
      cells *= each;
    } else if (layer.kind === 'select') {
      places = Int32Array.from(layer.positions, (position) => places[position]!);
    } else if (layer.kind === 'dense' || layer.kind === 'conv2d') {
      const outputs = layer.outputShape[0]!;
      found.push({
        layer,
        inputs: new Uint8Array(places.length).fill(1),
        outputs: new Uint8Array(outputs).fill(1),
        places,
        cells,
        channels,
      });
      channels = outputs;
      places = count(outputs);
      cells = 1;
    }
  }
  return found;
}

/** Which outputs an input has a weight to, [inputs, outputs], and which outputs have a bias. */
type Links = { readonly weights: Uint8Array; readonly biases: Uint8Array };

function linksOf(layer: WeightLayer, parameters: Parameters): Links {
  const { data } = parameters[weightName(layer)]!;
  const [inputs, outputs] = [layer.inputShape[0]!, layer.outputShape[0]!];
  const weights = new Uint8Array(inputs * outputs);
  if (layer.kind === 'dense') {
    for (let i = 0; i < weights.length; i++) weights[i] = Number(data[i] !== 0);
  } else {
    const cells = layer.kernel ** 2;
    for (let at = 0; at < data.length; at++) {
      if (data[at] === 0) continue;
      const pair = Math.floor(at / cells);
      weights[(pair % inputs) * outputs + Math.floor(pair / inputs)] = 1;
    }
  }
  const biases = Uint8Array.from(parameters[biasName(layer)]!.data, (b) => Number(b !== 0));
  return { weights, biases };
}

function dropUnlinked({ inputs, outputs }: LiveLayer, links: Links, isLast: boolean): boolean {
  const width = outputs.length;
  const reached = new Uint8Array(width);
  let changed = false;
  for (let i = 0; i < inputs.length; i++) {
    if (!inputs[i]) continue;
    let isUsed = false;
    for (let o = 0; o < width; o++) {
      if (!outputs[o] || !links.weights[i * width + o]) continue;
      isUsed = true;
      reached[o] = 1;
    }
    if (isUsed) continue;
    inputs[i] = 0;
    changed = true;
  }
  for (let o = 0; o < width && !isLast; o++) {
    if (!outputs[o] || reached[o] || links.biases[o]) continue;
    outputs[o] = 0;
    changed = true;
  }
  return changed;
}

/** An output without a live reader goes, and so do the inputs that read an output which is gone. */
function agree(before: LiveLayer, after: LiveLayer): boolean {
  const isRead = new Uint8Array(before.outputs.length);
  let changed = false;
  after.places.forEach((place, i) => {
    const output = Math.floor(place / after.cells);
    if (!after.inputs[i]) return;
    if (before.outputs[output]) isRead[output] = 1;
    else {
      after.inputs[i] = 0;
      changed = true;
    }
  });
  before.outputs.forEach((on, output) => {
    if (!on || isRead[output]) return;
    before.outputs[output] = 0;
    changed = true;
  });
  return changed;
}

function count(size: number): Int32Array {
  return Int32Array.from({ length: size }, (_, i) => i);
}
