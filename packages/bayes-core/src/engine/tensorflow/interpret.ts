import * as tf from '@tensorflow/tfjs-core';
import { NumericsError } from '../../errors.js';
import { type LoopBody, loopBodyOf, type Node, numberAttribute } from '../../graph/node.js';
import { topologicalOrder } from '../../graph/order.js';
import type { TensorData } from '../../tensor.js';
import { elementwiseKernels, tfType } from './kernels/elementwise.js';
import type { Kernels } from './kernels/kernel.js';
import { linearKernels } from './kernels/linear.js';
import { poolingKernels } from './kernels/pooling.js';
import { structureKernels } from './kernels/structure.js';

const kernels: Kernels = {
  ...elementwiseKernels,
  ...structureKernels,
  ...linearKernels,
  ...poolingKernels,
};

/** Constants of a graph and of the loops in it, made once and kept until the program goes. */
export type Constants = ReadonlyMap<Node, tf.Tensor>;

/** Nodes in order, and after which of them each value is needed no more. */
type Plan = { readonly nodes: readonly Node[]; readonly lastUse: ReadonlyMap<Node, Node> };

function planOf(nodes: readonly Node[]): Plan {
  const lastUse = new Map<Node, Node>();
  for (const node of nodes) for (const operand of node.inputs) lastUse.set(operand, node);
  return { nodes, lastUse };
}

export function makeConstants(nodes: readonly Node[]): Map<Node, tf.Tensor> {
  const constants = new Map<Node, tf.Tensor>();
  for (const node of nodes) {
    if (node.op === 'constant') {
      const data = node.attributes.data as TensorData;
      constants.set(node, tf.tensor(data, node.shape as number[], tfType(node.dtype)));
    } else if (node.op === 'loop') {
      const inside = makeConstants(topologicalOrder(loopBodyOf(node).outputs));
      for (const [inner, value] of inside) constants.set(inner, value);
    }
  }
  return constants;
}

/**
 * Computes the wanted nodes one kernel after the other. A value goes as soon as nothing needs it,
 * so that no more memory is held than the graph asks for. Must run inside `tf.tidy`, which clears
 * up after a kernel that fails.
 * @returns new tensors that the caller owns, in the order of `wanted`
 * @see docs/decisions/0016
 */
export function interpret(
  nodes: readonly Node[],
  wanted: readonly Node[],
  given: ReadonlyMap<Node, tf.Tensor>,
  constants: Constants,
): tf.Tensor[] {
  return runPlan(planOf(nodes), wanted, given, constants);
}

function runPlan(
  { nodes, lastUse }: Plan,
  wanted: readonly Node[],
  given: ReadonlyMap<Node, tf.Tensor>,
  constants: Constants,
): tf.Tensor[] {
  const own = new Map<Node, readonly tf.Tensor[]>();
  const kept = new Set(wanted);
  const tensorOf = (node: Node): tf.Tensor =>
    given.get(node) ?? constants.get(node) ?? own.get(node)![0]!;
  for (const node of nodes) {
    if (given.has(node) || constants.has(node)) continue;
    if (node.op === 'loop-output') {
      const result = own.get(node.inputs[0]!)![numberAttribute(node, 'index')]!;
      own.set(node, [tf.clone(result)]);
    } else if (node.op === 'loop') {
      own.set(node, runLoop(loopBodyOf(node), node.inputs.map(tensorOf), constants));
    } else {
      own.set(node, [tf.tidy(() => kernelOf(node)(node.inputs.map(tensorOf), node))]);
    }
    for (const operand of node.inputs) {
      if (lastUse.get(operand) !== node || kept.has(operand)) continue;
      tf.dispose(own.get(operand) as tf.Tensor[] | undefined);
      own.delete(operand);
    }
  }
  const results = wanted.map((node) => tf.clone(tensorOf(node)));
  for (const values of own.values()) tf.dispose(values as tf.Tensor[]);
  return results;
}

function kernelOf(node: Node): Kernels[string] {
  const kernel = kernels[node.op];
  if (kernel) return kernel;
  throw new NumericsError('engine_failed', `The TensorFlow engine does not know '${node.op}'.`, {
    op: node.op,
  });
}

/** The carried values after the last step, then the stacked ones. */
function runLoop(
  body: LoopBody,
  operands: readonly tf.Tensor[],
  constants: Constants,
): readonly tf.Tensor[] {
  const { carriedCount, perStepCount } = body;
  const perStep = operands.slice(carriedCount, carriedCount + perStepCount);
  const captured = operands.slice(carriedCount + perStepCount);
  const steps = perStep[0]!.shape[0]!;
  const plan = planOf(topologicalOrder(body.outputs));
  const stacked = body.outputs.slice(carriedCount).map((): tf.Tensor[] => []);
  let carried = operands.slice(0, carriedCount).map((value) => tf.clone(value));
  for (let step = 0; step < steps; step++) {
    const results = tf.tidy(() => {
      const values = [...carried, ...perStep.map((value) => rowOf(value, step)), ...captured];
      const given = new Map(body.inputs.map((node, i) => [node, values[i]!]));
      return runPlan(plan, body.outputs, given, constants);
    });
    tf.dispose(carried);
    carried = results.slice(0, carriedCount);
    stacked.forEach((rows, i) => {
      rows.push(results[carriedCount + i]!);
    });
  }
  return [...carried, ...stacked.map(stackRows)];
}

function rowOf(value: tf.Tensor, row: number): tf.Tensor {
  const rest = value.shape.slice(1);
  const begin = [row, ...rest.map(() => 0)];
  return tf.reshape(tf.slice(value, begin, [1, ...rest]), rest);
}

function stackRows(rows: tf.Tensor[]): tf.Tensor {
  if (rows.length === 0) return tf.tensor([], [0], 'float32');
  const stack = tf.stack(rows);
  tf.dispose(rows);
  return stack;
}
