import { NumericsError } from '../errors.js';
import { elementwiseGradients } from './gradients/elementwise.js';
import { linearGradients } from './gradients/linear.js';
import type { GradientRules } from './gradients/rule.js';
import { structureGradients } from './gradients/structure.js';
import { constant, type Node } from './node.js';
import { add } from './ops/elementwise.js';
import { broadcastTo } from './ops/layout.js';
import { topologicalOrder } from './order.js';
import { shapeError } from './shape.js';

export const gradientRules: GradientRules = {
  ...elementwiseGradients,
  ...structureGradients,
  ...linearGradients,
};

/**
 * Reverse-mode differentiation: the gradients of a scalar with respect to the given nodes, as new
 * nodes. Only operations on a path from one of them to the scalar are differentiated. A node that
 * does not reach the scalar has gradient zero.
 * @throws shape_mismatch when the value is not a float32 scalar
 * @throws no_gradient when an operation on the way has no rule
 */
export function grad(scalar: Node, withRespectTo: readonly Node[]): Node[] {
  if (scalar.shape.length !== 0 || scalar.dtype !== 'float32')
    throw shapeError('grad', 'a float32 scalar', [scalar]);
  const order = topologicalOrder([scalar]);
  const needed = new Set<Node>(withRespectTo);
  for (const node of order) {
    if (node.inputs.some((operand) => needed.has(operand))) needed.add(node);
  }
  const gradients = new Map<Node, Node>([[scalar, constant(1)]]);
  for (const node of order.toReversed()) {
    const dy = gradients.get(node);
    if (!dy || !needed.has(node) || node.inputs.length === 0) continue;
    accumulate(node, dy, needed, gradients);
  }
  return withRespectTo.map((node) => gradients.get(node) ?? broadcastTo(constant(0), node));
}

function accumulate(
  node: Node,
  dy: Node,
  needed: ReadonlySet<Node>,
  gradients: Map<Node, Node>,
): void {
  if (!node.inputs.some((operand) => needed.has(operand))) return;
  const rule = gradientRules[node.op];
  if (!rule) {
    throw new NumericsError(
      'no_gradient',
      `'${node.op}' has no gradient rule; take the gradient inside it instead.`,
      { op: node.op },
    );
  }
  rule(node, dy).forEach((part, i) => {
    const operand = node.inputs[i];
    if (part === null || !operand || !needed.has(operand)) return;
    const gradient = typeof part === 'function' ? part() : part;
    const before = gradients.get(operand);
    gradients.set(operand, before ? add(before, gradient) : gradient);
  });
}
