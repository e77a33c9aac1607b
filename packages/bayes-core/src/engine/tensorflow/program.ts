import * as tf from '@tensorflow/tfjs-core';
import { NumericsError } from '../../errors.js';
import { type Graph, inputName } from '../../graph/graph.js';
import type { Node } from '../../graph/node.js';
import { asFloat32, type Tensor } from '../../tensor.js';
import { bindSizes, type Program, type Tensors } from '../engine.js';
import { type TensorflowBackend, useBackend } from './backend.js';
import { interpret, makeConstants } from './interpret.js';
import { tfType } from './kernels/elementwise.js';

/** A graph ready to be interpreted with the kernels of one backend. */
export function createProgram(graph: Graph, backend: TensorflowBackend): Program {
  const outputs = Object.entries(graph.outputs);
  for (const [name, node] of outputs) refuseInt64(name, node);
  useBackend(backend);
  const constants = makeConstants(graph.nodes);
  return {
    run: async (inputs) => {
      bindSizes(graph, inputs);
      return computing(() => {
        useBackend(backend);
        const results: Record<string, Tensor> = {};
        tf.tidy(() => {
          const wanted = outputs.map(([, node]) => node);
          const values = interpret(graph.nodes, wanted, feed(graph, inputs), constants);
          outputs.forEach(([name, node], i) => {
            results[name] = read(values[i]!, node);
          });
        });
        return results;
      });
    },
    dispose: async () => {
      for (const value of constants.values()) value.dispose();
    },
  };
}

function refuseInt64(name: string, node: Node): void {
  if (node.dtype !== 'int64') return;
  throw new NumericsError(
    'invalid_argument',
    `Output '${name}' is an int64, which stays inside graphs.`,
    { name },
  );
}

function feed(graph: Graph, inputs: Tensors): ReadonlyMap<Node, tf.Tensor> {
  return new Map(
    graph.inputs.map((node) => {
      const tensor = inputs[inputName(node)]!;
      const data = node.dtype === 'float32' ? asFloat32(tensor) : tensor.data;
      return [node, tf.tensor(data, [...tensor.shape], tfType(node.dtype))];
    }),
  );
}

/** Copied: the plain backend hands out its own memory, which may even be that of an input. */
function read(value: tf.Tensor, node: Node): Tensor {
  const data = value.dataSync();
  const { shape } = value;
  if (node.dtype === 'float32') return { dtype: 'float32', shape, data: Float32Array.from(data) };
  if (node.dtype === 'uint8' || node.dtype === 'bool')
    return { dtype: node.dtype, shape, data: Uint8Array.from(data) };
  return { dtype: 'int32', shape, data: Int32Array.from(data) };
}

function computing<T>(call: () => T): T {
  try {
    return call();
  } catch (cause) {
    if (cause instanceof NumericsError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new NumericsError(
      'engine_failed',
      `TensorFlow could not run the graph: ${reason}`,
      {},
      { cause },
    );
  }
}
