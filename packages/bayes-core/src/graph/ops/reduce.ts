import { constant, type Dim, makeNode, type Node, type Shape } from '../node.js';
import { normaliseAxes, requireType } from '../shape.js';
import { add, divide, exp, log, multiply, stopGradient, subtract } from './elementwise.js';
import { dimSize } from './layout.js';

export type ReduceOptions = { readonly keepDims?: boolean };

function reduce(
  op: 'reduce-sum' | 'reduce-max',
  x: Node,
  axes: readonly number[] | undefined,
  options: ReduceOptions,
): Node {
  requireType(op, x, 'float32');
  const over = normaliseAxes(op, x, axes ?? x.shape.map((_, i) => i));
  if (over.length === 0) return x;
  const keepDims = options.keepDims ?? false;
  return makeNode(op, [x], x.dtype, reducedShape(x.shape, over, keepDims), {
    axes: over,
    keepDims,
  });
}

export function reducedShape(shape: Shape, axes: readonly number[], keepDims: boolean): Shape {
  return shape.flatMap((dim, i): Dim[] => (axes.includes(i) ? (keepDims ? [1] : []) : [dim]));
}

/** Sum over the given axes, all of them when none are named. */
export function reduceSum(x: Node, axes?: readonly number[], options: ReduceOptions = {}): Node {
  return reduce('reduce-sum', x, axes, options);
}

/** Largest value over the given axes. Ties share the gradient equally. */
export function reduceMax(x: Node, axes?: readonly number[], options: ReduceOptions = {}): Node {
  return reduce('reduce-max', x, axes, options);
}

/** Mean over the given axes; sizes may be symbolic. */
export function reduceMean(x: Node, axes?: readonly number[], options: ReduceOptions = {}): Node {
  const over = normaliseAxes('reduce-mean', x, axes ?? x.shape.map((_, i) => i));
  let known = 1;
  let mean = reduceSum(x, over, options);
  for (const axis of over) {
    const dim = x.shape[axis]!;
    if (typeof dim === 'number') known *= dim;
    else mean = divide(mean, dimSize(x, axis));
  }
  return known === 1 ? mean : multiply(mean, constant(1 / known));
}

/** Position of the largest value along an axis, the first one on ties, as int32. */
export function argMax(x: Node, axis: number): Node {
  requireType('arg-max', x, 'float32');
  const over = normaliseAxes('arg-max', x, [axis]);
  return makeNode('arg-max', [x], 'int32', reducedShape(x.shape, over, false), { axis: over[0]! });
}

/** x - log sum exp x along an axis, without overflow. */
export function logSoftmax(x: Node, axis = -1): Node {
  requireType('log-softmax', x, 'float32');
  const over = normaliseAxes('log-softmax', x, [axis]);
  return makeNode('log-softmax', [x], x.dtype, x.shape, { axis: over[0]! });
}

/** exp x / sum exp x along an axis. */
export function softmax(x: Node, axis = -1): Node {
  return exp(logSoftmax(x, axis));
}

/**
 * log(1/D sum_d exp x_d) along an axis, which goes. The greatest value is taken out first, so
 * nothing overflows.
 */
export function logMeanExp(x: Node, axis: number): Node {
  const greatest = stopGradient(reduceMax(x, [axis], { keepDims: true }));
  const mean = reduceMean(exp(subtract(x, greatest)), [axis]);
  return add(log(mean), reduceSum(greatest, [axis]));
}
