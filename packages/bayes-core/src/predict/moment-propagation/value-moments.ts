import { constant, type Node } from '../../graph/node.js';
import { add, multiply, square } from '../../graph/ops/elementwise.js';
import { reduceSum } from '../../graph/ops/reduce.js';

/**
 * Mean and variance of each activation, [N, ...item shape]. The variance comes in two parts; null
 * stands for zero.
 */
export type ValueMoments = {
  readonly mean: Node;
  /**
   * Born before the last layer that mixes values, and so shared among them in ways that are not
   * carried.
   */
  readonly carried: Node | null;
  /** Born since: each value has it for itself. */
  readonly independent: Node | null;
};

/**
 * What one step of the pass knows of the way back. A direction is a set of weights on the step's
 * outputs, [N, ...shape]; what it makes of small changes at the outputs, `carry` makes of changes
 * at the inputs.
 */
export type Step = {
  readonly moments: ValueMoments;
  readonly carry: (direction: Node) => Node;
  /**
   * Variance [N] that noise born in this step gives to the sum of the outputs along a direction;
   * null where none is born.
   */
  readonly born: ((direction: Node) => Node) | null;
  /** Whether masks that each move a whole channel are what is born here. */
  readonly dropsChannels?: boolean;
};

export function certain(mean: Node): ValueMoments {
  return { mean, carried: null, independent: null };
}

export function varianceOf({ carried, independent }: ValueMoments): Node | null {
  return plus(carried, independent);
}

/** a + b, where null is zero. */
export function plus(a: Node | null, b: Node | null): Node | null {
  if (!a || !b) return a ?? b;
  return add(a, b);
}

/** E[x^2] = variance + mean^2. */
export function secondMoment(x: ValueMoments): Node {
  return plus(varianceOf(x), square(x.mean))!;
}

/** Sum over all axes but the first, [N]. */
export function sumOfItem(x: Node): Node {
  return reduceSum(
    x,
    x.shape.slice(1).map((_, i) => i + 1),
  );
}

/** What independent noise of these variances gives to a direction: sum_i d_i^2 variance_i. */
export function alongDirection(variance: Node): (direction: Node) => Node {
  return (direction) => sumOfItem(multiply(square(direction), variance));
}

export function times(x: Node, factor: number): Node {
  return multiply(x, constant(factor));
}
