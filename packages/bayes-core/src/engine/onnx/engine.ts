import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { NumericsError } from '../../errors.js';
import type { Graph } from '../../graph/graph.js';
import { inputName, graph as makeGraph } from '../../graph/graph.js';
import { constant } from '../../graph/node.js';
import { asFloat32, type Tensor, type TensorData } from '../../tensor.js';
import { bindSizes, type Engine, type Program, type Tensors } from '../engine.js';
import { chooseProviders, type Device } from './device.js';
import { emitOnnx, onnxOutputName } from './emit.js';

export type OnnxEngineOptions = {
  /** Native threads of one operation: cores divided by how many programs run at once. Default 1. */
  readonly threads?: number;
  /** Default 'cpu'. */
  readonly device?: Device;
};

type SessionOptions = InferenceSession.SessionOptions;

/**
 * Runs graphs natively with onnxruntime. A call occupies the calling thread until it is done.
 * Compiling the first graph throws engine_unavailable when the device is 'cuda' and there is none.
 */
export function createOnnxEngine({ threads = 1, device = 'cpu' }: OnnxEngineOptions = {}): Engine {
  const options: SessionOptions = {
    graphOptimizationLevel: 'all',
    executionMode: 'sequential',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  };
  let providers: ReturnType<typeof chooseProviders> | null = null;
  return {
    name: 'onnx',
    compile: async (graph) => {
      providers ??= chooseProviders(device, tryCuda);
      return compile(graph, { ...options, executionProviders: await providers });
    },
  };
}

/** @throws when onnxruntime's CUDA libraries, the driver or the device are missing */
async function tryCuda(): Promise<void> {
  const model = emitOnnx(makeGraph({ y: constant(0) }));
  const session = await InferenceSession.create(model, { executionProviders: ['cuda'] });
  await session.release();
}

async function compile(graph: Graph, options: SessionOptions): Promise<Program> {
  const session = await native('compile', () => InferenceSession.create(emitOnnx(graph), options));
  return {
    run: async (inputs) => {
      bindSizes(graph, inputs);
      const outputs = await native('run', () => session.run(toFeeds(graph, inputs)));
      return Object.fromEntries(
        Object.keys(graph.outputs).map((name) => [
          name,
          fromOrt(outputs[onnxOutputName(graph, name)]!),
        ]),
      );
    },
    dispose: () => native('dispose', () => session.release()),
  };
}

function toFeeds(graph: Graph, inputs: Tensors): Record<string, OrtTensor> {
  return Object.fromEntries(
    graph.inputs.map((node) => {
      const name = inputName(node);
      return [name, toOrt(inputs[name]!)];
    }),
  );
}

function toOrt(tensor: Tensor): OrtTensor {
  const { shape, data } = tensor;
  if (tensor.dtype === 'float32' || tensor.dtype === 'float64')
    return new OrtTensor('float32', asFloat32(tensor), shape);
  if (data instanceof Int32Array) return new OrtTensor('int32', data, shape);
  if (data instanceof Uint8Array)
    return new OrtTensor(tensor.dtype === 'bool' ? 'bool' : 'uint8', data, shape);
  throw new NumericsError(
    'invalid_argument',
    `A ${tensor.dtype} tensor cannot hold ${data.constructor.name}.`,
    { dtype: tensor.dtype },
  );
}

function fromOrt(tensor: OrtTensor): Tensor {
  const type = tensor.type;
  if (type !== 'float32' && type !== 'int32' && type !== 'uint8' && type !== 'bool') {
    throw new NumericsError('engine_failed', `onnxruntime answered with a ${type} tensor.`, {
      type,
    });
  }
  return { dtype: type, shape: tensor.dims, data: tensor.data as TensorData };
}

async function native<T>(what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new NumericsError(
      'engine_failed',
      `onnxruntime could not ${what} the graph: ${reason}`,
      { what },
      { cause },
    );
  }
}
