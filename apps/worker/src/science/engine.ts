import {
  createOnnxEngine,
  createPredictor,
  type Engine,
  loadPosterior,
  type Predictor,
} from '@dubio/bayes-core';
import type { ObjectStore } from '@dubio/platform';
import type { ComputeSettings } from '../compute/task-context.js';

const engines = new Map<number, Engine>();

/** One engine a process: its native threads are shared by all tasks that run one after another. */
export function engineOf(settings: ComputeSettings): Engine {
  const known = engines.get(settings.engineThreads);
  if (known) return known;
  const engine = createOnnxEngine({ threads: settings.engineThreads });
  engines.set(settings.engineThreads, engine);
  return engine;
}

let kept: { key: string; predictor: Promise<Predictor> } | null = null;

/** The predictor of a stored posterior; the last one is kept, as shards of one round follow each other. */
export async function predictorOf(
  store: ObjectStore,
  settings: ComputeSettings,
  model: { artifactKey: string; samples: number },
): Promise<Predictor> {
  const key = `${model.artifactKey} ${model.samples}`;
  if (kept?.key === key) return kept.predictor;
  await (await kept?.predictor.catch(() => null))?.dispose();
  const predictor = store.get(model.artifactKey).then((bytes) =>
    createPredictor({
      engine: engineOf(settings),
      posterior: loadPosterior(bytes),
      samples: model.samples,
    }),
  );
  kept = { key, predictor };
  predictor.catch(() => {
    kept = null;
  });
  return predictor;
}
