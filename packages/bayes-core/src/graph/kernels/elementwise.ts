import { errorFunction } from '../../error-function.js';
import type { Kernel, Kernels } from './kernel.js';
import { broadcastReader, broadcastShapes, forEachPosition, makeValue } from './value.js';

function unary(f: (x: number) => number): Kernel {
  return ([x]) => makeValue(x!.shape, x!.data.map(f));
}

function binary(f: (a: number, b: number) => number): Kernel {
  return ([a, b], node) => {
    const out = makeValue(broadcastShapes(a!, b!));
    const [readA, readB] = [broadcastReader(a!, out.shape), broadcastReader(b!, out.shape)];
    const whole = node.dtype === 'int32';
    forEachPosition(out.shape, (position, flat) => {
      const result = f(readA(position), readB(position));
      out.data[flat] = whole ? Math.trunc(result) : result;
    });
    return out;
  };
}

export const elementwiseKernels: Kernels = {
  negate: unary((x) => -x),
  exp: unary(Math.exp),
  log: unary(Math.log),
  sqrt: unary(Math.sqrt),
  square: unary((x) => x * x),
  abs: unary(Math.abs),
  sign: unary(Math.sign),
  relu: unary((x) => (x > 0 ? x : 0)),
  tanh: unary(Math.tanh),
  sigmoid: unary((x) => 1 / (1 + Math.exp(-x))),
  erf: unary(errorFunction),
  'stop-gradient': ([x]) => x!,
  add: binary((a, b) => a + b),
  subtract: binary((a, b) => a - b),
  multiply: binary((a, b) => a * b),
  divide: binary((a, b) => a / b),
  maximum: binary(Math.max),
  minimum: binary(Math.min),
  greater: binary((a, b) => (a > b ? 1 : 0)),
  equal: binary((a, b) => (a === b ? 1 : 0)),
  where: ([condition, yes, no]) => {
    const out = makeValue(broadcastShapes(condition!, yes!, no!));
    const [test, readYes, readNo] = [condition!, yes!, no!].map((value) =>
      broadcastReader(value, out.shape),
    );
    forEachPosition(out.shape, (position, flat) => {
      out.data[flat] = test!(position) !== 0 ? readYes!(position) : readNo!(position);
    });
    return out;
  },
  cast: ([x], node) => {
    if (node.dtype === 'float32') return x!;
    if (node.dtype === 'bool')
      return makeValue(
        x!.shape,
        x!.data.map((value) => (value !== 0 ? 1 : 0)),
      );
    return makeValue(x!.shape, x!.data.map(Math.trunc));
  },
};
