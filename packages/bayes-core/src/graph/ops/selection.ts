import { makeNode, type Node } from '../node.js';
import { normaliseAxes, requireRank, requireType, shapeError } from '../shape.js';

/**
 * Takes the slices that the positions name along an axis: out[.., i.., ..] = x[.., positions[i..],
 * ..].
 */
export function gather(x: Node, positions: Node, axis = 0): Node {
  requireType('gather', positions, 'int32');
  const [along] = normaliseAxes('gather', x, [axis]);
  const shape = [...x.shape.slice(0, along!), ...positions.shape, ...x.shape.slice(along! + 1)];
  return makeNode('gather', [x, positions], x.dtype, shape, { axis: along! });
}

/**
 * A zero value of the shape of `like` with rows added at positions (rank one) along the first axis;
 * repeated positions add up.
 */
export function scatterAdd(like: Node, positions: Node, rows: Node): Node {
  requireType('scatter-add', rows, 'float32');
  requireRank('scatter-add', positions, 1);
  const fits = rows.shape.length === like.shape.length && rows.shape[0] === positions.shape[0];
  if (!fits || rows.shape.some((dim, i) => i > 0 && dim !== like.shape[i])) {
    throw shapeError('scatter-add', 'one row for each position, shaped like the target', [
      like,
      positions,
      rows,
    ]);
  }
  return makeNode('scatter-add', [like, positions, rows], 'float32', like.shape);
}

/** 1 at the position along a new last axis, 0 elsewhere, as float32. */
export function oneHot(positions: Node, depth: number): Node {
  requireType('one-hot', positions, 'int32');
  return makeNode('one-hot', [positions], 'float32', [...positions.shape, depth], { depth });
}
