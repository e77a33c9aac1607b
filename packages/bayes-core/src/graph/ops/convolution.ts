import { makeNode, type Node } from '../node.js';
import { requireRank, requireType, shapeError, staticDim } from '../shape.js';

export type ConvOptions = {
  /** Zeros on each side of height and width. */ readonly padding?: number;
};

/**
 * Cross-correlation with stride one: x [N, C, H, W], weight [O, C, h, w] -> [N, O, H + 2p - h + 1,
 * W + 2p - w + 1], with a bias [O] added to every cell when one is given.
 */
export function conv2d(
  x: Node,
  weight: Node,
  options: ConvOptions & { readonly bias?: Node } = {},
): Node {
  const { padding = 0, bias } = options;
  checkOperands('conv2d', x, weight);
  if (x.shape[1] !== weight.shape[1]) {
    throw shapeError(
      'conv2d',
      'as many input channels in x [N, C, H, W] as in weight [O, C, h, w]',
      [x, weight],
    );
  }
  if (bias && (bias.shape.length !== 1 || bias.shape[0] !== weight.shape[0])) {
    throw shapeError('conv2d', 'one bias for each filter', [bias, weight]);
  }
  const [height, width] = [2, 3].map(
    (axis) => staticDim('conv2d', x, axis) + 2 * padding - staticDim('conv2d', weight, axis) + 1,
  );
  if (height! < 1 || width! < 1)
    throw shapeError('conv2d', 'an image at least as large as the kernel', [x, weight]);
  const shape = [x.shape[0]!, weight.shape[0]!, height!, width!];
  return makeNode('conv2d', bias ? [x, weight, bias] : [x, weight], 'float32', shape, { padding });
}

/**
 * The gradient of `conv2d` with respect to its image, given dy [N, O, OH, OW]: a transposed
 * convolution.
 */
export function conv2dInputGradient(
  dy: Node,
  weight: Node,
  { padding = 0 }: ConvOptions = {},
): Node {
  checkOperands('conv2d-input-gradient', dy, weight);
  if (dy.shape[1] !== weight.shape[0])
    throw shapeError('conv2d-input-gradient', 'as many channels in dy as filters', [dy, weight]);
  const [height, width] = [2, 3].map(
    (axis) =>
      staticDim('conv2d-input-gradient', dy, axis) -
      2 * padding +
      staticDim('conv2d-input-gradient', weight, axis) -
      1,
  );
  return makeNode(
    'conv2d-input-gradient',
    [dy, weight],
    'float32',
    [dy.shape[0]!, weight.shape[1]!, height!, width!],
    { padding },
  );
}

/**
 * The gradient of `conv2d` with respect to its weight [O, C, h, w], given x [N, C, H, W] and dy [N,
 * O, OH, OW].
 */
export function conv2dWeightGradient(x: Node, dy: Node, { padding = 0 }: ConvOptions = {}): Node {
  checkOperands('conv2d-weight-gradient', x, dy);
  const [height, width] = [2, 3].map(
    (axis) =>
      staticDim('conv2d-weight-gradient', x, axis) +
      2 * padding -
      staticDim('conv2d-weight-gradient', dy, axis) +
      1,
  );
  const channels = [1, 1].map((axis, i) =>
    staticDim('conv2d-weight-gradient', i === 0 ? dy : x, axis),
  );
  return makeNode(
    'conv2d-weight-gradient',
    [x, dy],
    'float32',
    [channels[0]!, channels[1]!, height!, width!],
    { padding },
  );
}

function checkOperands(op: string, a: Node, b: Node): void {
  for (const node of [a, b]) {
    requireType(op, node, 'float32');
    requireRank(op, node, 4);
  }
}
