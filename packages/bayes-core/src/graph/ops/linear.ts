import { makeNode, type Node } from '../node.js';
import { requireType, shapeError } from '../shape.js';

/** Matrix product of the last two axes; leading axes are equal or absent on one side. */
export function matmul(a: Node, b: Node): Node {
  requireType('matmul', a, 'float32');
  requireType('matmul', b, 'float32');
  const [rankA, rankB] = [a.shape.length, b.shape.length];
  if (rankA < 2 || rankB < 2 || a.shape[rankA - 1] !== b.shape[rankB - 2]) {
    throw shapeError(
      'matmul',
      'the last axis of the first to equal the last but one of the second',
      [a, b],
    );
  }
  const [batchA, batchB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  const agree = batchA.length === batchB.length && batchA.every((dim, i) => dim === batchB[i]);
  if (!agree && batchA.length > 0 && batchB.length > 0)
    throw shapeError('matmul', 'equal leading axes', [a, b]);
  const batch = batchA.length > 0 ? batchA : batchB;
  return makeNode('matmul', [a, b], 'float32', [
    ...batch,
    a.shape[rankA - 2]!,
    b.shape[rankB - 1]!,
  ]);
}
