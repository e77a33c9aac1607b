import { fillNormal } from '../random/normal.js';
import type { Stream } from '../random/stream.js';
import { fillUniform } from '../random/uniform.js';
import { float32, sizeOf, type Tensor } from '../tensor.js';
import type { ParameterSlot } from './layer.js';
import type { Network } from './network.js';
import type { InitialisationName } from './spec.js';

/** One network's weights by name. */
export type Parameters = Readonly<Record<string, Tensor>>;

/** First values of one tensor of weights or biases; what it leaves alone is zero. */
type Initialisation = (slot: ParameterSlot, source: Stream, out: Float32Array) => void;

export const initialisations: Readonly<Record<InitialisationName, Initialisation>> = {
  /**
   * Weights N(0, g / fan-in), g = 2 before a relu and 1 elsewhere; biases 0 (He et al. 2015,
   * equation 10).
   */
  'he-normal': ({ role, fanIn, beforeRelu }, source, out) => {
    if (role === 'weight') fillNormal(source, out, Math.sqrt((beforeRelu ? 2 : 1) / fanIn));
  },
  /**
   * Weights U(-a, a), a = sqrt(6 / (fan-in + fan-out)); biases 0 (Glorot & Bengio 2010, equation
   * 16). What Keras does.
   */
  'glorot-uniform': ({ role, fanIn, fanOut }, source, out) => {
    if (role === 'weight') fillSymmetric(source, Math.sqrt(6 / (fanIn + fanOut)), out);
  },
  /**
   * Weights and biases U(-a, a), a = 1 / sqrt(fan-in). What PyTorch does in its linear and
   * convolution layers, where it is written as Kaiming's uniform values with a slope of sqrt(5).
   */
  'fan-in-uniform': ({ fanIn }, source, out) => {
    fillSymmetric(source, 1 / Math.sqrt(fanIn), out);
  },
};

/**
 * First values of all weights and biases, each from a stream of its own; numbers of the likelihood
 * begin at 0.
 */
export function initialParameters(
  network: Network,
  initialisation: InitialisationName,
  source: Stream,
): Parameters {
  const fill = initialisations[initialisation];
  return Object.fromEntries(
    network.parameters.map((slot) => {
      const data = new Float32Array(sizeOf(slot.shape));
      if (slot.role === 'weight' || slot.role === 'bias') fill(slot, source.split(slot.name), data);
      return [slot.name, float32(data, slot.shape)];
    }),
  );
}

function fillSymmetric(source: Stream, bound: number, out: Float32Array): void {
  fillUniform(source, out);
  for (let i = 0; i < out.length; i++) out[i] = (2 * out[i]! - 1) * bound;
}
