import { evaluate } from '../../graph/evaluate.js';
import type { Graph } from '../../graph/graph.js';
import { inputName } from '../../graph/graph.js';
import { makeValue } from '../../graph/kernels/value.js';
import type { DType } from '../../graph/node.js';
import type { Tensor } from '../../tensor.js';
import { bindSizes, type Engine } from '../engine.js';

/**
 * Plain loops over float64: slow and obvious, the oracle of the tests. Floats come back as float64.
 */
export function createReferenceEngine(): Engine {
  return {
    name: 'reference',
    compile: async (graph: Graph) => ({
      run: async (inputs) => {
        bindSizes(graph, inputs);
        const known = new Map(
          graph.inputs.map((node) => {
            const tensor = inputs[inputName(node)]!;
            return [node, makeValue(tensor.shape, Float64Array.from(tensor.data))];
          }),
        );
        const values = evaluate(graph.nodes, known);
        return Object.fromEntries(
          Object.entries(graph.outputs).map(([name, node]) => [
            name,
            toTensor(values.get(node)!, node.dtype),
          ]),
        );
      },
      dispose: async () => {},
    }),
  };
}

function toTensor(
  { shape, data }: { shape: readonly number[]; data: Float64Array },
  dtype: DType,
): Tensor {
  if (dtype === 'float32') return { dtype: 'float64', shape, data };
  if (dtype === 'uint8' || dtype === 'bool') return { dtype, shape, data: Uint8Array.from(data) };
  return { dtype: 'int32', shape, data: Int32Array.from(data) };
}
