import { constant, type Node } from '../node.js';
import {
  cast,
  divide,
  exp,
  greater,
  multiply,
  negate,
  sign,
  square,
  subtract,
  where,
} from '../ops/elementwise.js';
import { reshape } from '../ops/layout.js';
import { reduceSum } from '../ops/reduce.js';
import type { GradientRules } from './rule.js';

const TWO = constant(2);
const HALF = constant(0.5);
const ONE = constant(1);
const ZERO = constant(0);

/** Sums a gradient over the axes along which its operand was repeated. */
export function unbroadcast(dy: Node, operand: Node): Node {
  const offset = dy.shape.length - operand.shape.length;
  const repeated = dy.shape.flatMap((dim, i) =>
    i < offset || (operand.shape[i - offset] === 1 && dim !== 1) ? [i] : [],
  );
  return repeated.length === 0
    ? dy
    : reshape(reduceSum(dy, repeated, { keepDims: true }), operand.shape);
}

/** 1 where the first operand won, one half where both are equal. */
function winner(a: Node, b: Node): Node {
  const difference = sign(subtract(a, b));
  return multiply(HALF, subtract(difference, constant(-1)));
}

export const elementwiseGradients: GradientRules = {
  negate: (_node, dy) => [negate(dy)],
  exp: (node, dy) => [multiply(dy, node)],
  log: (node, dy) => [divide(dy, node.inputs[0]!)],
  sqrt: (node, dy) => [divide(multiply(dy, HALF), node)],
  square: (node, dy) => [multiply(dy, multiply(TWO, node.inputs[0]!))],
  abs: (node, dy) => [multiply(dy, sign(node.inputs[0]!))],
  sign: () => [null],
  'stop-gradient': () => [null],
  // A comparison and a cast are three times as fast as `sign` on onnxruntime.
  relu: (node, dy) => [multiply(dy, cast(greater(node, ZERO), 'float32'))],
  tanh: (node, dy) => [multiply(dy, subtract(ONE, square(node)))],
  sigmoid: (node, dy) => [multiply(dy, multiply(node, subtract(ONE, node)))],
  erf: (node, dy) => [
    multiply(dy, multiply(constant(2 / Math.sqrt(Math.PI)), exp(negate(square(node.inputs[0]!))))),
  ],
  add: ({ inputs: [a, b] }, dy) => [unbroadcast(dy, a!), unbroadcast(dy, b!)],
  subtract: ({ inputs: [a, b] }, dy) => [unbroadcast(dy, a!), negate(unbroadcast(dy, b!))],
  multiply: ({ inputs: [a, b] }, dy) => [
    () => unbroadcast(multiply(dy, b!), a!),
    () => unbroadcast(multiply(dy, a!), b!),
  ],
  divide: (node, dy) => {
    const [a, b] = node.inputs;
    return [
      () => unbroadcast(divide(dy, b!), a!),
      () => negate(unbroadcast(divide(multiply(dy, node), b!), b!)),
    ];
  },
  maximum: ({ inputs: [a, b] }, dy) => [
    () => unbroadcast(multiply(dy, winner(a!, b!)), a!),
    () => unbroadcast(multiply(dy, winner(b!, a!)), b!),
  ],
  minimum: ({ inputs: [a, b] }, dy) => [
    () => unbroadcast(multiply(dy, winner(b!, a!)), a!),
    () => unbroadcast(multiply(dy, winner(a!, b!)), b!),
  ],
  where: ({ inputs: [condition, yes, no] }, dy) => {
    return [
      null,
      () => unbroadcast(where(condition!, dy, ZERO), yes!),
      () => unbroadcast(where(condition!, ZERO, dy), no!),
    ];
  },
  greater: () => [null, null],
  equal: () => [null, null],
  cast: ({ inputs: [x] }, dy) => [x!.dtype === 'float32' ? dy : null],
};
