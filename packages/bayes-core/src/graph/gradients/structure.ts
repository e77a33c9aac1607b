import { listAttribute, type Node, numberAttribute } from '../node.js';
import { cast, divide, equal, exp, multiply, subtract } from '../ops/elementwise.js';
import { broadcastTo, pad, reshape, slice, transpose } from '../ops/layout.js';
import { reduceSum } from '../ops/reduce.js';
import { gather, scatterAdd } from '../ops/selection.js';
import { staticDim } from '../shape.js';
import { unbroadcast } from './elementwise.js';
import type { GradientRules } from './rule.js';

/** Puts reduced axes back with size one, so that the value broadcasts against the operand. */
function withAxes(x: Node, operand: Node, axes: readonly number[]): Node {
  return reshape(
    x,
    operand.shape.map((dim, i) => (axes.includes(i) ? 1 : dim)),
  );
}

export const structureGradients: GradientRules = {
  'reduce-sum': (node, dy) => {
    const x = node.inputs[0]!;
    return [broadcastTo(withAxes(dy, x, listAttribute(node, 'axes')), x)];
  },
  'reduce-max': (node, dy) => {
    const x = node.inputs[0]!;
    const axes = listAttribute(node, 'axes');
    const hits = cast(equal(x, broadcastTo(withAxes(node, x, axes), x)), 'float32');
    return [
      multiply(hits, divide(withAxes(dy, x, axes), reduceSum(hits, axes, { keepDims: true }))),
    ];
  },
  'arg-max': () => [null],
  'log-softmax': (node, dy) => {
    const total = reduceSum(dy, [numberAttribute(node, 'axis')], { keepDims: true });
    return [subtract(dy, multiply(exp(node), total))];
  },
  reshape: (node, dy) => [reshape(dy, node.inputs[0]!.shape)],
  transpose: (node, dy) => {
    const order = listAttribute(node, 'order');
    return [
      transpose(
        dy,
        order.map((_, i) => order.indexOf(i)),
      ),
    ];
  },
  concat: (node, dy) => {
    const axis = numberAttribute(node, 'axis');
    let start = 0;
    return node.inputs.map((part) => {
      const from = start;
      start += staticDim('concat', part, axis);
      const to = start;
      return () => slice(dy, axis, from, to);
    });
  },
  slice: (node, dy) => {
    const x = node.inputs[0]!;
    const axis = numberAttribute(node, 'axis');
    const zeros = x.shape.map(() => 0);
    return [
      pad(
        dy,
        zeros.with(axis, numberAttribute(node, 'start')),
        zeros.with(axis, staticDim('slice', x, axis) - numberAttribute(node, 'end')),
      ),
    ];
  },
  pad: (node, dy) => {
    const before = listAttribute(node, 'before');
    const after = listAttribute(node, 'after');
    return [
      before.reduce<Node>((part, start, axis) => {
        if (start === 0 && after[axis] === 0) return part;
        return slice(part, axis, start, start + staticDim('pad', node.inputs[0]!, axis));
      }, dy),
    ];
  },
  'broadcast-to': (node, dy) => [unbroadcast(dy, node.inputs[0]!), null],
  'dim-size': () => [null],
  gather: (node, dy) => {
    const [x, positions] = node.inputs;
    const axis = numberAttribute(node, 'axis');
    if (positions!.shape.length !== 1) {
      const count = positions!.shape.reduce<number>(
        (size, _, i) => size * staticDim('gather', positions!, i),
        1,
      );
      const flat = [...x!.shape.slice(0, axis), count, ...x!.shape.slice(axis + 1)];
      return [scatterAlong(x!, reshape(positions!, [count]), reshape(dy, flat), axis), null];
    }
    return [scatterAlong(x!, positions!, dy, axis), null];
  },
  'scatter-add': (node, dy) => [null, null, gather(dy, node.inputs[1]!, 0)],
  'one-hot': () => [null],
};

function scatterAlong(x: Node, positions: Node, rows: Node, axis: number): Node {
  if (axis === 0) return scatterAdd(x, positions, rows);
  const front = [axis, ...x.shape.map((_, i) => i).filter((i) => i !== axis)];
  const back = x.shape.map((_, i) => front.indexOf(i));
  return transpose(scatterAdd(transpose(x, front), positions, transpose(rows, front)), back);
}
