import type { TestContext } from 'vitest';
import { createTensorflowEngine, type TensorflowEngine } from '../src/engine/tensorflow/engine.js';
import { NumericsError } from '../src/errors.js';

/** The TensorFlow engine on its JavaScript backend, which runs everywhere. */
export const javascriptTensorflow = await createTensorflowEngine({ backend: 'javascript' });

/** The engine on native TensorFlow, or why there is none on this machine. */
export const nativeTensorflow = await openNative();

async function openNative(): Promise<{ engine: TensorflowEngine } | { missing: string }> {
  try {
    return { engine: await createTensorflowEngine({ backend: 'native' }) };
  } catch (error) {
    if (error instanceof NumericsError && error.code === 'engine_unavailable')
      return { missing: error.message };
    throw error;
  }
}

/** The native engine; without it the test is skipped, and says why. */
export function requireNativeTensorflow(context: TestContext): TensorflowEngine {
  if ('engine' in nativeTensorflow) return nativeTensorflow.engine;
  return context.skip(nativeTensorflow.missing);
}
