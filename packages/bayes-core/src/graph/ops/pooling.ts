import { constant, makeNode, type Node } from '../node.js';
import { requireRank, requireType, shapeError, staticDim } from '../shape.js';
import { multiply } from './elementwise.js';
import { pad, reshape } from './layout.js';

function pooledShape(op: string, x: Node, size: number): Node['shape'] {
  requireType(op, x, 'float32');
  requireRank(op, x, 4);
  const [height, width] = [2, 3].map((axis) => Math.floor(staticDim(op, x, axis) / size));
  if (height! < 1 || width! < 1)
    throw shapeError(op, `an image of at least ${size} x ${size}`, [x]);
  return [x.shape[0]!, x.shape[1]!, height!, width!];
}

/**
 * Largest value of each size x size window of x [N, C, H, W], windows side by side, the remainder
 * dropped.
 */
export function maxPool(x: Node, size: number): Node {
  return makeNode('max-pool', [x], 'float32', pooledShape('max-pool', x, size), { size });
}

/** Where `max-pool` found its values: positions in the flattened x. */
export function maxPoolIndices(x: Node, size: number): Node {
  return makeNode('max-pool-indices', [x], 'int64', pooledShape('max-pool-indices', x, size), {
    size,
  });
}

/** Puts the values of `pooled` back at their positions in a zero value of the shape of `like`. */
export function maxUnpool(pooled: Node, indices: Node, like: Node, size: number): Node {
  requireType('max-unpool', indices, 'int64');
  return makeNode('max-unpool', [pooled, indices, like], 'float32', like.shape, { size });
}

/** Takes the values of x at positions in the flattened x, as `max-pool-indices` gives them. */
export function takeAt(x: Node, indices: Node): Node {
  requireType('take-at', indices, 'int64');
  return makeNode('take-at', [x, indices], 'float32', indices.shape);
}

/**
 * Mean of each size x size window of x [N, C, H, W], windows side by side, the remainder dropped.
 */
export function averagePool(x: Node, size: number): Node {
  return makeNode('average-pool', [x], 'float32', pooledShape('average-pool', x, size), { size });
}

/** Spreads each value of dy evenly over its window in an image of the shape of `like`. */
export function averageUnpool(dy: Node, like: Node, size: number): Node {
  const [batch, channels, height, width] = dy.shape;
  const cells = reshape(dy, [batch!, channels!, height!, 1, width!, 1]);
  const window = constant(new Float32Array(size * size).fill(1 / (size * size)), [size, 1, size]);
  const spread = multiply(cells, window);
  const [h, w] = [staticDim('average-pool', dy, 2) * size, staticDim('average-pool', dy, 3) * size];
  const image = reshape(spread, [batch!, channels!, h, w]);
  return pad(
    image,
    [0, 0, 0, 0],
    [0, 0, staticDim('average-pool', like, 2) - h, staticDim('average-pool', like, 3) - w],
  );
}
