import { NumericsError } from '../errors.js';
import type { TensorData } from '../tensor.js';
import { elementwiseKernels } from './kernels/elementwise.js';
import type { Kernels } from './kernels/kernel.js';
import { linearKernels } from './kernels/linear.js';
import { structureKernels } from './kernels/structure.js';
import { makeValue, type Value } from './kernels/value.js';
import { type LoopBody, loopBodyOf, type Node, numberAttribute } from './node.js';
import { topologicalOrder } from './order.js';

export const kernels: Kernels = { ...elementwiseKernels, ...structureKernels, ...linearKernels };

/**
 * Evaluates nodes in order with the plain float64 kernels; `known` holds the inputs and is not
 * changed.
 */
export function evaluate(
  nodes: readonly Node[],
  known: ReadonlyMap<Node, Value>,
): Map<Node, Value> {
  const values = new Map(known);
  const loops = new Map<Node, Value[]>();
  for (const node of nodes) {
    if (values.has(node)) continue;
    const operands = node.inputs.map((operand) => values.get(operand)!);
    if (node.op === 'loop') loops.set(node, runLoop(loopBodyOf(node), operands));
    else if (node.op === 'loop-output')
      values.set(node, loops.get(node.inputs[0]!)![numberAttribute(node, 'index')]!);
    else values.set(node, evaluateOne(node, operands));
  }
  return values;
}

export function evaluateOne(node: Node, operands: readonly Value[]): Value {
  if (node.op === 'constant')
    return makeValue(node.shape as number[], Float64Array.from(node.attributes.data as TensorData));
  const kernel = kernels[node.op];
  if (!kernel)
    throw new NumericsError('engine_failed', `The reference engine does not know '${node.op}'.`, {
      op: node.op,
    });
  return kernel(operands, node);
}

function runLoop(body: LoopBody, operands: readonly Value[]): Value[] {
  const { carriedCount, perStepCount } = body;
  const perStep = operands.slice(carriedCount, carriedCount + perStepCount);
  const captured = operands.slice(carriedCount + perStepCount);
  const steps = perStep[0]!.shape[0]!;
  const nodes = topologicalOrder(body.outputs);
  const stacked = body.outputs.slice(carriedCount).map((): Value[] => []);
  let carried = operands.slice(0, carriedCount);
  for (let step = 0; step < steps; step++) {
    const slices = perStep.map((value) => rowOf(value, step));
    const arguments_ = [...carried, ...slices, ...captured];
    const values = evaluate(nodes, new Map(body.inputs.map((node, i) => [node, arguments_[i]!])));
    const results = body.outputs.map((node) => values.get(node)!);
    carried = results.slice(0, carriedCount);
    stacked.forEach((rows, i) => {
      rows.push(results[carriedCount + i]!);
    });
  }
  return [...carried, ...stacked.map((rows) => stack(rows))];
}

function rowOf(value: Value, row: number): Value {
  const size = value.data.length / value.shape[0]!;
  return makeValue(value.shape.slice(1), value.data.subarray(row * size, (row + 1) * size));
}

function stack(rows: readonly Value[]): Value {
  const size = rows[0]?.data.length ?? 0;
  const data = new Float64Array(rows.length * size);
  rows.forEach((row, i) => {
    data.set(row.data, i * size);
  });
  return makeValue([rows.length, ...(rows[0]?.shape ?? [])], data);
}
