import { NumericsError } from '../errors.js';
import type { DType, Node, Shape } from './node.js';

export function shapeText(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

function label(node: Node): string {
  const name = node.op === 'input' ? `input '${node.attributes.name}'` : node.op;
  return `${name} ${node.dtype}${shapeText(node.shape)}`;
}

/** The readable refusal of an operation: which op, what it wanted, what it got. */
export function shapeError(
  op: string,
  expected: string,
  got: readonly Node[] | string,
): NumericsError {
  const came = typeof got === 'string' ? got : got.map(label).join(' and ');
  return new NumericsError('shape_mismatch', `${op}: expected ${expected}, got ${came}.`, {
    op,
    expected,
    got: came,
  });
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, i) => dim === b[i]);
}

/** The shape two operands broadcast to, by the usual rule (trailing axes, equal or one). */
export function broadcastShape(op: string, a: Node, b: Node): Shape {
  const rank = Math.max(a.shape.length, b.shape.length);
  return Array.from({ length: rank }, (_, i) => {
    const left = a.shape[i - rank + a.shape.length] ?? 1;
    const right = b.shape[i - rank + b.shape.length] ?? 1;
    if (left === right || right === 1) return left;
    if (left === 1) return right;
    throw shapeError(
      op,
      'shapes that broadcast (equal sizes, or one of them 1, from the last axis on)',
      [a, b],
    );
  });
}

export function requireType(op: string, node: Node, ...types: readonly DType[]): void {
  if (!types.includes(node.dtype)) throw shapeError(op, types.join(' or '), [node]);
}

export function requireSameType(op: string, a: Node, b: Node): void {
  if (a.dtype !== b.dtype) throw shapeError(op, 'operands of one type', [a, b]);
}

export function requireRank(op: string, node: Node, rank: number): void {
  if (node.shape.length !== rank) throw shapeError(op, `a value of rank ${rank}`, [node]);
}

/** Counts negative axes from the end and checks the range. */
export function normaliseAxes(op: string, node: Node, axes: readonly number[]): readonly number[] {
  const rank = node.shape.length;
  const normal = axes.map((axis) => (axis < 0 ? axis + rank : axis));
  if (
    normal.some((axis) => !Number.isInteger(axis) || axis < 0 || axis >= rank) ||
    new Set(normal).size !== normal.length
  ) {
    throw shapeError(
      op,
      `distinct axes between ${-rank} and ${rank - 1}, not [${axes.join(', ')}]`,
      [node],
    );
  }
  return [...normal].sort((a, b) => a - b);
}

/** A size that must be a number already when the graph is built. */
export function staticDim(op: string, node: Node, axis: number): number {
  const dim = node.shape[axis];
  if (typeof dim !== 'number')
    throw shapeError(op, `a size known in advance on axis ${axis}`, [node]);
  return dim;
}
