import type { Engine } from '../engine.js';
import type { TensorflowBackend } from './backend.js';

export type TensorflowEngineOptions = {
  /**
   * Native where it loads and plain JavaScript otherwise ('auto', the default), or one of them for
   * certain.
   */
  readonly backend?: TensorflowBackend | 'auto';
};

export type TensorflowEngine = Engine & {
  /** What it computes with. */
  readonly backend: TensorflowBackend;
};

/**
 * Interprets graphs with the kernels of TensorFlow.js, operation after operation: by
 * `@tensorflow/tfjs-node` natively, or by its JavaScript backend, which runs everywhere and is
 * slow. Nothing of tfjs is loaded before the first call, and none of its randomness is used. The
 * native kernels take their number of threads from the process's TF_NUM_INTRAOP_THREADS.
 * @throws engine_unavailable when the native backend is asked for and does not load
 */
export async function createTensorflowEngine({
  backend: wanted = 'auto',
}: TensorflowEngineOptions = {}): Promise<TensorflowEngine> {
  const { openBackend } = await import('./backend.js');
  const { createProgram } = await import('./program.js');
  const backend = await openBackend(wanted);
  return { name: 'tensorflow', backend, compile: async (graph) => createProgram(graph, backend) };
}
