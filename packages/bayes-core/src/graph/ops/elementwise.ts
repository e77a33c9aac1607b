import { constant, type DType, makeNode, type Node } from '../node.js';
import { broadcastShape, requireSameType, requireType, shapeError } from '../shape.js';

const FLOAT_UNARY = [
  'negate',
  'exp',
  'log',
  'sqrt',
  'square',
  'abs',
  'sign',
  'relu',
  'tanh',
  'sigmoid',
  'erf',
  'stop-gradient',
] as const;
export type UnaryOp = (typeof FLOAT_UNARY)[number];

function unary(op: UnaryOp): (x: Node) => Node {
  return (x) => {
    requireType(op, x, 'float32');
    return makeNode(op, [x], x.dtype, x.shape);
  };
}

export const negate = unary('negate');
export const exp = unary('exp');
export const log = unary('log');
export const sqrt = unary('sqrt');
export const square = unary('square');
export const abs = unary('abs');
/** -1, 0 or 1; its gradient is zero. */
export const sign = unary('sign');
export const relu = unary('relu');
export const tanh = unary('tanh');
export const sigmoid = unary('sigmoid');
/** 2 / sqrt(pi) times the integral of exp(-t^2) from 0 to x. */
export const erf = unary('erf');
/** The value itself, taken as a constant by `grad`: no gradient flows back through it. */
export const stopGradient = unary('stop-gradient');

export type BinaryOp = 'add' | 'subtract' | 'multiply' | 'divide' | 'maximum' | 'minimum';

function binary(op: BinaryOp): (a: Node, b: Node) => Node {
  return (a, b) => {
    requireSameType(op, a, b);
    requireType(op, a, 'float32', 'int32');
    return makeNode(op, [a, b], a.dtype, broadcastShape(op, a, b));
  };
}

export const add = binary('add');
export const subtract = binary('subtract');
export const multiply = binary('multiply');
export const divide = binary('divide');
export const maximum = binary('maximum');
export const minimum = binary('minimum');

/**
 * ln(1 + e^x) = max(x, 0) + ln(1 + e^-|x|), so that nothing overflows; its slope is 1 / (1 + e^-x).
 */
export function softplus(x: Node): Node {
  const rest = log(add(constant(1), exp(negate(abs(x)))));
  return add(maximum(x, constant(0)), rest);
}

function comparison(op: 'greater' | 'equal'): (a: Node, b: Node) => Node {
  return (a, b) => {
    requireSameType(op, a, b);
    requireType(op, a, 'float32', 'int32');
    return makeNode(op, [a, b], 'bool', broadcastShape(op, a, b));
  };
}

export const greater = comparison('greater');
export const equal = comparison('equal');

/** Takes from `yes` where the condition holds and from `no` elsewhere; all three broadcast. */
export function where(condition: Node, yes: Node, no: Node): Node {
  requireType('where', condition, 'bool');
  requireSameType('where', yes, no);
  const branches = makeNode('where', [], yes.dtype, broadcastShape('where', yes, no));
  return makeNode(
    'where',
    [condition, yes, no],
    yes.dtype,
    broadcastShape('where', condition, branches),
  );
}

/** Changes the element type; booleans become 0 and 1. */
export function cast(x: Node, dtype: DType): Node {
  if (x.dtype === dtype) return x;
  if (dtype === 'int64') throw shapeError('cast', 'float32, int32, uint8 or bool as target', [x]);
  return makeNode('cast', [x], dtype, x.shape, { to: dtype });
}
