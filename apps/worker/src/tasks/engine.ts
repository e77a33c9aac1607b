import type { Model } from '@dubio/active-learning';
import {
  createOnnxEngine,
  createPredictor,
  createTensorflowEngine,
  type Engine,
  lastLayerFeatures,
  loadPosterior,
  type Predictor,
} from '@dubio/bayes-core';
import type { ObjectStore } from '@dubio/platform';
import type { ComputeSettings } from '../compute/task-context.js';

let opened: Promise<Engine> | null = null;

/** One engine a process: its native threads are shared by all tasks that run one after another. */
export function engineOf(settings: ComputeSettings): Promise<Engine> {
  opened ??= openEngine(settings);
  return opened;
}

async function openEngine(settings: ComputeSettings): Promise<Engine> {
  if (settings.engine === 'tensorflow') return createTensorflowEngine();
  return createOnnxEngine({ threads: settings.engineThreads, device: settings.device });
}

/**
 * The engine in words, for the log: which one, and whether TensorFlow computes natively; or why
 * there is none.
 */
export async function describeEngine(settings: ComputeSettings): Promise<string> {
  const engine = await engineOf(settings).catch((error: unknown) => `none: ${String(error)}`);
  if (typeof engine === 'string') return engine;
  return 'backend' in engine ? `${engine.name}, ${engine.backend}` : engine.name;
}

type Kept = { readonly key: string; readonly predictor: Promise<Predictor> };

const kept: { model: Kept | null; surrogate: Kept | null } = { model: null, surrogate: null };

/**
 * The predictor of a stored posterior; the last one of each role is kept, as shards of one round
 * follow each other.
 */
export async function predictorOf(
  store: ObjectStore,
  settings: ComputeSettings,
  model: { artifactKey: string; samples: number; skip?: number },
  role: keyof typeof kept = 'model',
): Promise<Predictor> {
  const { artifactKey, samples, skip = 0 } = model;
  const key = `${artifactKey} ${samples} ${skip}`;
  const last = kept[role];
  if (last?.key === key) return last.predictor;
  await (await last?.predictor.catch(() => null))?.dispose();
  const predictor = store.get(artifactKey).then(async (bytes) =>
    createPredictor({
      engine: await engineOf(settings),
      posterior: loadPosterior(bytes),
      samples,
      skip,
    }),
  );
  kept[role] = { key, predictor };
  predictor.catch(() => {
    kept[role] = null;
  });
  return predictor;
}

/** A stored posterior as the loop asks it. */
export const modelOf = (
  store: ObjectStore,
  settings: ComputeSettings,
  { artifactKey, samples }: { artifactKey: string; samples: number },
): Model => ({
  predictor: () => predictorOf(store, settings, { artifactKey, samples }),
  predictorAfter: (count) =>
    predictorOf(store, settings, { artifactKey, samples: samples - count, skip: count }),
  lastLayer: async (features, options) => {
    const posterior = loadPosterior(await store.get(artifactKey));
    return lastLayerFeatures({ engine: await engineOf(settings), posterior }, features, options);
  },
});
