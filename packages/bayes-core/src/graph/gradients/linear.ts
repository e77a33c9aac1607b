import { type Node, numberAttribute } from '../node.js';
import { conv2d, conv2dInputGradient, conv2dWeightGradient } from '../ops/convolution.js';
import { transpose } from '../ops/layout.js';
import { matmul } from '../ops/linear.js';
import { averageUnpool, maxPoolIndices, maxUnpool, takeAt } from '../ops/pooling.js';
import { reduceSum } from '../ops/reduce.js';
import type { GradientRules } from './rule.js';

function swapLast(x: Node): Node {
  const axes = x.shape.map((_, i) => i);
  const rank = axes.length;
  return transpose(x, axes.with(rank - 1, rank - 2).with(rank - 2, rank - 1));
}

/** Sums the leading axes that a matrix operand was repeated over. */
function withoutBatch(gradient: Node, operand: Node): Node {
  const extra = gradient.shape.length - operand.shape.length;
  return extra === 0
    ? gradient
    : reduceSum(
        gradient,
        Array.from({ length: extra }, (_, i) => i),
      );
}

const padded = (node: Node) => ({ padding: numberAttribute(node, 'padding') });

export const linearGradients: GradientRules = {
  matmul: ({ inputs: [a, b] }, dy) => [
    () => withoutBatch(matmul(dy, swapLast(b!)), a!),
    () => withoutBatch(matmul(swapLast(a!), dy), b!),
  ],
  conv2d: (node, dy) => {
    const [x, weight] = node.inputs;
    return [
      () => conv2dInputGradient(dy, weight!, padded(node)),
      () => conv2dWeightGradient(x!, dy, padded(node)),
      () => reduceSum(dy, [0, 2, 3]),
    ];
  },
  'conv2d-input-gradient': (node, dy) => {
    const [outer, weight] = node.inputs;
    return [
      () => conv2d(dy, weight!, padded(node)),
      () => conv2dWeightGradient(dy, outer!, padded(node)),
    ];
  },
  'conv2d-weight-gradient': (node, dy) => {
    const [x, outer] = node.inputs;
    return [
      () => conv2dInputGradient(outer!, dy, padded(node)),
      () => conv2d(x!, dy, padded(node)),
    ];
  },
  'max-pool': (node, dy) => {
    const x = node.inputs[0]!;
    const size = numberAttribute(node, 'size');
    return [maxUnpool(dy, maxPoolIndices(x, size), x, size)];
  },
  'max-pool-indices': () => [null],
  'max-unpool': (node, dy) => [takeAt(dy, node.inputs[1]!), null, null],
  'take-at': (node, dy) => {
    const [x, indices] = node.inputs;
    return [maxUnpool(dy, indices!, x!, 1), null];
  },
  'average-pool': (node, dy) => [averageUnpool(dy, node.inputs[0]!, numberAttribute(node, 'size'))],
};
