import { NumericsError } from '../errors.js';
import { isConstant, type Node } from './node.js';
import { optimise } from './optimise.js';
import { topologicalOrder } from './order.js';

/** What an engine compiles: named results and every node they need, operands first. */
export type Graph = {
  readonly inputs: readonly Node[];
  readonly outputs: Readonly<Record<string, Node>>;
  readonly nodes: readonly Node[];
};

/**
 * Closes an expression into a graph: folds constants, merges equal expressions and leaves out what
 * no result needs.
 * @throws invalid_argument when two different inputs carry one name, or an output is an int64
 */
export function graph(outputs: Readonly<Record<string, Node>>): Graph {
  const names = Object.keys(outputs);
  const optimised = optimise(Object.values(outputs));
  const nodes = topologicalOrder(optimised);
  const inputs = nodes.filter((node) => node.op === 'input');
  const byName = new Map<string, Node>();
  for (const node of inputs) {
    const name = inputName(node);
    if (byName.has(name))
      throw new NumericsError('invalid_argument', `Two different inputs are named '${name}'.`, {
        name,
      });
    byName.set(name, node);
  }
  return {
    inputs,
    outputs: Object.fromEntries(names.map((name, i) => [name, optimised[i]!])),
    nodes,
  };
}

export function inputName(node: Node): string {
  return node.attributes.name as string;
}

export function countOperations(nodes: readonly Node[]): number {
  return nodes.filter((node) => node.op !== 'input' && !isConstant(node)).length;
}
