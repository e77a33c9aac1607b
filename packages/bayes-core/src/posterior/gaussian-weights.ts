import { constant, type Node } from '../graph/node.js';
import { add, exp, greater, log, where } from '../graph/ops/elementwise.js';
import type { ParameterSlot } from '../nn/layer.js';
import type { Network } from '../nn/network.js';
import type { Parameters } from '../nn/parameters.js';
import { fillNormal } from '../random/normal.js';
import type { Stream } from '../random/stream.js';
import { float32, sizeOf, type Tensor } from '../tensor.js';
import { type StepValues, variationalSlot } from './family.js';

/**
 * Where the spread of a weight is kept: deviation = softplus(rho) = ln(1 + e^rho) (Blundell et al.
 * 2015, section 3.2).
 */
export function rhoName(slotName: string): string {
  return `${slotName}.rho`;
}

/** Weights and biases; noise of the likelihood stays a point. */
export function uncertainSlots(network: Network): ParameterSlot[] {
  return network.parameters.filter(({ role }) => role === 'weight' || role === 'bias');
}

export function rhoSlots(network: Network): ParameterSlot[] {
  return uncertainSlots(network).map(({ name, shape }) => variationalSlot(rhoName(name), shape));
}

export function initialRhos(network: Network, deviation: number): Parameters {
  const rho = inverseSoftplus(deviation);
  return Object.fromEntries(
    rhoSlots(network).map(({ name, shape }) => [
      name,
      float32(new Float32Array(sizeOf(shape)).fill(rho), shape),
    ]),
  );
}

/** Below it ln(1 + e^rho) is e^rho to 2e-4, and nearer than float32 comes with a 1 beside it. */
const CERTAIN = constant(-8);

/**
 * softplus(rho) in a graph; a rho whose exponential overflows is no spread that training survives.
 */
export function deviationOf(slotName: string, { parameter }: StepValues): Node {
  const rho = parameter(rhoName(slotName));
  const power = exp(rho);
  return where(greater(rho, CERTAIN), log(add(constant(1), power)), power);
}

export function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/** The rho of a deviation: ln(e^d - 1). */
export function inverseSoftplus(deviation: number): number {
  return deviation + Math.log(-Math.expm1(-deviation));
}

/** deviation^2 of each weight of a slot. */
export function weightVariance(parameters: Parameters, name: string): Float32Array {
  return Float32Array.from(parameters[rhoName(name)]!.data, (rho) => softplus(rho) ** 2);
}

/** One draw mean + deviation * noise of every uncertain weight; everything else as it is. */
export function drawWeights(
  network: Network,
  parameters: Parameters,
  source: Stream,
  index: number,
): Parameters {
  const uncertain = new Set(uncertainSlots(network).map(({ name }) => name));
  return Object.fromEntries(
    network.parameters.map(({ name }): [string, Tensor] => {
      const mean = parameters[name]!;
      if (!uncertain.has(name)) return [name, mean];
      const rho = parameters[rhoName(name)]!.data;
      const drawn = new Float32Array(mean.data.length);
      fillNormal(source.split(name).at(index), drawn);
      for (let i = 0; i < drawn.length; i++)
        drawn[i] = mean.data[i]! + softplus(rho[i]!) * drawn[i]!;
      return [name, float32(drawn, mean.shape)];
    }),
  );
}

/** deviation^2 of every uncertain weight. */
export function gaussianVariances(network: Network, parameters: Parameters): Parameters {
  return Object.fromEntries(
    uncertainSlots(network).map(({ name, shape }) => {
      const rho = parameters[rhoName(name)]!.data;
      return [
        name,
        float32(
          Float32Array.from(rho, (r) => softplus(r) ** 2),
          shape,
        ),
      ];
    }),
  );
}
