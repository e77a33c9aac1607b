import { constant, type Node } from '../graph/node.js';
import { add, log, multiply, negate, square, subtract } from '../graph/ops/elementwise.js';
import type { Network } from '../nn/network.js';
import type { Parameters } from '../nn/parameters.js';
import { float32, type Tensor } from '../tensor.js';
import { type Belief, factorName } from './belief.js';
import type { StepValues } from './family.js';
import { deviationOf, rhoName, softplus, uncertainSlots } from './gaussian-weights.js';

/** The streaming prior N(mean, deviation^2) of every weight, as what is believed today. */
export function beliefOf(network: Network, parameters: Parameters): Belief {
  return {
    prior: false,
    factors: Object.fromEntries(
      uncertainSlots(network).flatMap(({ name, shape }): [string, Tensor][] => {
        const rho = parameters[rhoName(name)]!.data;
        const precision = Float32Array.from(rho, (value) => softplus(value) ** -2);
        return [
          [factorName(name, 'precision'), float32(precision, shape)],
          [factorName(name, 'centre'), parameters[name]!],
          [factorName(name, 'slope'), float32(new Float32Array(rho.length), shape)],
        ];
      }),
    ),
  };
}

/**
 * KL(q || belief) of each weight, q = N(m, d^2), up to what its factor is not normalised by: with
 * the prior KL(q || prior) - E_q ln f(w), without -ln d - 1/2 - ln(precision)/2 - E_q ln f(w),
 * where -E_q ln f(w) = precision ((m - centre)^2 + d^2) / 2 + slope (m - centre).
 */
export function divergenceFromBelief(
  belief: Belief,
  name: string,
  values: StepValues,
  fromPrior: (name: string, values: StepValues) => Node,
): Node {
  const [precision, centre, slope] = (['precision', 'centre', 'slope'] as const).map((part) =>
    values.fixed(factorName(name, part)),
  ) as [Node, Node, Node];
  const deviation = deviationOf(name, values);
  const moved = subtract(values.parameter(name), centre);
  const spread = multiply(constant(0.5), add(square(moved), square(deviation)));
  const fromFactor = add(multiply(precision, spread), multiply(slope, moved));
  if (belief.prior) return add(fromPrior(name, values), fromFactor);
  const { data } = belief.factors[factorName(name, 'precision')]!;
  let logPrecision = 0;
  for (const value of data) logPrecision += Math.log(value);
  const normaliser = constant(-0.5 - (0.5 * logPrecision) / data.length);
  return add(fromFactor, add(negate(log(deviation)), normaliser));
}
