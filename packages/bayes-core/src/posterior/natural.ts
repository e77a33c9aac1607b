import type { Network } from '../nn/network.js';
import type { Parameters } from '../nn/parameters.js';
import { float32, sizeOf, type Tensor } from '../tensor.js';
import { inverseSoftplus, rhoName, softplus, uncertainSlots } from './gaussian-weights.js';

/**
 * Natural parameters of independent Gaussians, proportional to exp(-precision w^2 / 2 + shift w):
 * precision = 1 / d^2 and shift = m / d^2 of N(m, d^2). Products of factors are sums of these. A
 * factor may have any precision, a distribution only one above 0.
 */
export type Natural = { readonly precision: Float64Array; readonly shift: Float64Array };

/** Natural parameters of every uncertain tensor, by the name of its slot. */
export type NaturalParameters = Readonly<Record<string, Natural>>;

/** The factor 1 for every uncertain weight. */
export function unitFactor(network: Network): NaturalParameters {
  return mapSlots(network, (_name, size) => ({
    precision: new Float64Array(size),
    shift: new Float64Array(size),
  }));
}

export function naturalOf(network: Network, parameters: Parameters): NaturalParameters {
  return mapSlots(network, (name) => {
    const mean = parameters[name]!.data;
    const precision = Float64Array.from(
      parameters[rhoName(name)]!.data,
      (rho) => softplus(rho) ** -2,
    );
    return { precision, shift: precision.map((value, i) => value * mean[i]!) };
  });
}

/** Means and spreads of the slots, in float32; all other tensors as in `points`. */
export function parametersOf(
  network: Network,
  natural: NaturalParameters,
  points: Parameters,
): Parameters {
  const moments = uncertainSlots(network).flatMap(({ name, shape }): [string, Tensor][] => {
    const { precision, shift } = natural[name]!;
    const mean = Float32Array.from(shift, (value, i) => value / precision[i]!);
    const rho = Float32Array.from(precision, (value) => inverseSoftplus(1 / Math.sqrt(value)));
    return [
      [name, float32(mean, shape)],
      [rhoName(name), float32(rho, shape)],
    ];
  });
  return { ...points, ...Object.fromEntries(moments) };
}

export function mapSlots(
  network: Network,
  of: (name: string, size: number) => Natural,
): NaturalParameters {
  return Object.fromEntries(
    uncertainSlots(network).map(({ name, shape }) => [name, of(name, sizeOf(shape))]),
  );
}
