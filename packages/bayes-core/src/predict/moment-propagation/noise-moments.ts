import type { Node } from '../../graph/node.js';
import { add, multiply, square } from '../../graph/ops/elementwise.js';
import { reduceSum } from '../../graph/ops/reduce.js';
import {
  plus,
  type Step,
  secondMoment,
  sumOfItem,
  type ValueMoments,
  varianceOf,
} from './value-moments.js';

/** Mean and variance of random factors, each shaped to broadcast with the values. */
type Factors = {
  readonly mean: Node | null;
  readonly variance: Node;
  /** Whether all values of a channel share a factor. */
  readonly ofChannels: boolean;
};

/**
 * The step of values times independent random factors z: mean = E[z] m, variance = E[z]^2 v +
 * Var[z] (v + m^2). Exact. Noise of a shared factor moves a channel as one: along a direction d it
 * gives Var[z] (sum_p d_p m_p)^2.
 * @see Wang & Manning 2013, section 3 (dropout, E[z] = 1, Var[z] = rate / (1 - rate))
 */
export function timesFactors(x: ValueMoments, { mean, variance, ofChannels }: Factors): Step {
  const scaled = (value: Node, factor: Node | null) => (factor ? multiply(value, factor) : value);
  const squared = mean && square(mean);
  const added = multiply(secondMoment(x), variance);
  const before = varianceOf(x);
  return {
    moments: {
      mean: scaled(x.mean, mean),
      carried: x.carried && scaled(x.carried, squared),
      independent: plus(x.independent && scaled(x.independent, squared), added),
    },
    dropsChannels: ofChannels && mean === null,
    carry: (direction) => scaled(direction, mean),
    born: (direction) => {
      if (!ofChannels || x.mean.shape.length < 3)
        return sumOfItem(multiply(square(direction), added));
      const together = square(reduceSum(multiply(direction, x.mean), [2, 3], { keepDims: true }));
      const apart =
        before && reduceSum(multiply(square(direction), before), [2, 3], { keepDims: true });
      return sumOfItem(multiply(apart ? add(together, apart) : together, variance));
    },
  };
}
