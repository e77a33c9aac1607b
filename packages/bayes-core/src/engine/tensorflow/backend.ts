import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { NumericsError } from '../../errors.js';
import { loadNativeBackend } from './native.js';

/** Where tfjs computes: natively with TensorFlow, or in plain JavaScript. */
export type TensorflowBackend = 'native' | 'javascript';

/** The names tfjs knows them by. */
const TFJS_NAME = { native: 'tensorflow', javascript: 'cpu' } as const;

/**
 * Makes a backend ready: the native one where it loads, unless one is asked for by name.
 * @throws engine_unavailable when the native one is asked for and does not load
 */
export async function openBackend(wanted: TensorflowBackend | 'auto'): Promise<TensorflowBackend> {
  // Keeps tfjs from advertising its native package; which one is used is said by the engine.
  tf.enableProdMode();
  const backend = wanted === 'auto' ? openNative(() => 'javascript') : wanted;
  if (wanted === 'native') openNative(refuse);
  await tf.setBackend(TFJS_NAME[backend]);
  return backend;
}

function openNative(otherwise: (cause: unknown) => TensorflowBackend): TensorflowBackend {
  const name = TFJS_NAME.native;
  if (tf.engine().registryFactory[name] !== undefined) return 'native';
  try {
    const native = loadNativeBackend();
    tf.registerBackend(name, () => native);
    return 'native';
  } catch (cause) {
    return otherwise(cause);
  }
}

function refuse(cause: unknown): never {
  const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
  throw new NumericsError(
    'engine_unavailable',
    `TensorFlow does not load natively: ${reason}. Fit it in with \`npm run engine:tensorflow\`.`,
    {},
    { cause },
  );
}

/** tfjs computes on one backend at a time: each call says on which, before anything else can. */
export function useBackend(backend: TensorflowBackend): void {
  const name = TFJS_NAME[backend];
  if (tf.getBackend() !== name) void tf.setBackend(name);
}
