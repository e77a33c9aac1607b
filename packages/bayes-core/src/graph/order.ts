import type { Node } from './node.js';

/**
 * Every node the given ones depend on, operands before results, each once. Iterative: graphs may be
 * deep.
 */
export function topologicalOrder(roots: readonly Node[]): Node[] {
  const order: Node[] = [];
  const state = new Map<Node, 'open' | 'done'>();
  const stack: Node[] = [...roots].reverse();
  while (stack.length > 0) {
    const node = stack[stack.length - 1]!;
    const seen = state.get(node);
    if (seen) {
      stack.pop();
      if (seen === 'open') {
        state.set(node, 'done');
        order.push(node);
      }
      continue;
    }
    state.set(node, 'open');
    for (let i = node.inputs.length - 1; i >= 0; i--) {
      const operand = node.inputs[i]!;
      if (!state.has(operand)) stack.push(operand);
    }
  }
  return order;
}
