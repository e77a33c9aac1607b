import { type Dim, makeNode, type Node, type Shape } from '../node.js';
import {
  normaliseAxes,
  requireSameType,
  requireType,
  sameShape,
  shapeError,
  shapeText,
  staticDim,
} from '../shape.js';

/**
 * The same values in another shape. A named size may be kept in its place; at most one further size
 * may be named, and is then worked out when the program runs.
 */
export function reshape(x: Node, shape: Shape): Node {
  if (sameShape(x.shape, shape)) return x;
  const open = shape.filter((dim, i) => typeof dim === 'string' && dim !== x.shape[i]);
  const sizes = [x.shape, shape].map((dims) =>
    dims.reduce<number>((size, dim) => (typeof dim === 'number' ? size * dim : size), 1),
  );
  const named = [x.shape, shape].map((dims) =>
    dims
      .filter((dim) => typeof dim === 'string')
      .sort()
      .join(),
  );
  const exact = named[0] === named[1];
  if (open.length > 1 || (exact && sizes[0] !== sizes[1])) {
    throw shapeError('reshape', `a shape of the same size as the value, not ${shapeText(shape)}`, [
      x,
    ]);
  }
  return makeNode('reshape', [x], x.dtype, shape, { shape });
}

/** Everything after the first axis on one axis. */
export function flatten(x: Node): Node {
  let size = 1;
  for (let axis = 1; axis < x.shape.length; axis++) size *= staticDim('flatten', x, axis);
  return reshape(x, [x.shape[0]!, size]);
}

/** Reorders the axes; without a list, reverses them. */
export function transpose(x: Node, order?: readonly number[]): Node {
  const axes = order ?? x.shape.map((_, i) => x.shape.length - 1 - i);
  if (normaliseAxes('transpose', x, axes).length !== x.shape.length) {
    throw shapeError('transpose', 'every axis named once', [x]);
  }
  if (axes.every((axis, i) => axis === i)) return x;
  return makeNode(
    'transpose',
    [x],
    x.dtype,
    axes.map((axis) => x.shape[axis]!),
    { order: axes },
  );
}

/** Joins values along an axis; the other sizes agree. */
export function concat(parts: readonly Node[], axis: number): Node {
  const first = parts[0];
  if (!first) throw shapeError('concat', 'at least one value', 'none');
  const [along] = normaliseAxes('concat', first, [axis]);
  for (const part of parts) {
    requireSameType('concat', first, part);
    if (
      part.shape.length !== first.shape.length ||
      part.shape.some((dim, i) => i !== along && dim !== first.shape[i])
    ) {
      throw shapeError('concat', `equal sizes on every axis but ${along}`, [first, part]);
    }
  }
  if (parts.length === 1) return first;
  const total = parts.reduce((sum, part) => sum + staticDim('concat', part, along!), 0);
  const shape = first.shape.map((dim, i): Dim => (i === along ? total : dim));
  return makeNode('concat', parts, first.dtype, shape, { axis: along! });
}

/** The part [start, end) of one axis. */
export function slice(x: Node, axis: number, start: number, end: number): Node {
  const [along] = normaliseAxes('slice', x, [axis]);
  const size = staticDim('slice', x, along!);
  if (!(start >= 0 && start < end && end <= size)) {
    throw shapeError('slice', `a part of axis ${along} inside [0, ${size})`, `[${start}, ${end})`);
  }
  if (start === 0 && end === size) return x;
  const shape = x.shape.map((dim, i): Dim => (i === along ? end - start : dim));
  return makeNode('slice', [x], x.dtype, shape, { axis: along!, start, end });
}

/** Zeros before and after each axis. */
export function pad(x: Node, before: readonly number[], after: readonly number[]): Node {
  requireType('pad', x, 'float32');
  if (
    before.length !== x.shape.length ||
    after.length !== x.shape.length ||
    [...before, ...after].some((n) => n < 0)
  ) {
    throw shapeError('pad', 'a count of zeros, not negative, before and after every axis', [x]);
  }
  if ([...before, ...after].every((n) => n === 0)) return x;
  const shape = x.shape.map((dim, i): Dim => {
    const extra = before[i]! + after[i]!;
    return extra === 0 ? dim : staticDim('pad', x, i) + extra;
  });
  return makeNode('pad', [x], x.dtype, shape, { before, after });
}

/** Repeats x to the shape of another value. */
export function broadcastTo(x: Node, like: Node): Node {
  if (sameShape(x.shape, like.shape)) return x;
  const offset = like.shape.length - x.shape.length;
  if (offset < 0 || x.shape.some((dim, i) => dim !== 1 && dim !== like.shape[i + offset])) {
    throw shapeError('broadcast-to', 'a value that broadcasts to the second', [x, like]);
  }
  return makeNode('broadcast-to', [x, like], x.dtype, like.shape);
}

/** The size of an axis as a float32 scalar, for means over the batch. */
export function dimSize(x: Node, axis: number): Node {
  const [along] = normaliseAxes('dim-size', x, [axis]);
  return makeNode('dim-size', [x], 'float32', [], { axis: along! });
}
