import { fillNormal } from '../random/normal.js';
import type { Stream } from '../random/stream.js';
import { float32, sizeOf, type Tensor } from '../tensor.js';
import type { ParameterSlot } from './layer.js';
import type { Network } from './network.js';

/** One network's weights by name. */
export type Parameters = Readonly<Record<string, Tensor>>;

/** First values: weights normal with variance gain / fan-in (He et al. 2015, equation 10), the rest zero. */
export function initialParameters(network: Network, source: Stream): Parameters {
  return Object.fromEntries(
    network.parameters.map((slot) => [slot.name, initialValue(slot, source)]),
  );
}

function initialValue(slot: ParameterSlot, source: Stream): Tensor {
  const data = new Float32Array(sizeOf(slot.shape));
  if (slot.role === 'weight')
    fillNormal(source.split(slot.name), data, Math.sqrt(slot.gain / slot.fanIn));
  return float32(data, slot.shape);
}
