import { combineEnsemble, createPredictor, loadPosterior } from '@dubio/bayes-core';
import type { ModelMetrics } from '@dubio/contracts';
import type { TaskContext } from '../compute/task-context.js';
import { engineOf } from './engine.js';
import { type Comparison, type HeldOutJudgement, judge } from './evaluation.js';
import type { FeatureSource } from './feature-gather.js';
import { labelledRows } from './fit.task.js';
import { exportPredictive } from './predictive-export.js';
import { decodeTrainingSet, rowsOf, type TrainingSet } from './training-set.js';

export type StoredModel = {
  readonly artifactKey: string;
  readonly samples: number;
};

export type EvaluateRequest = StoredModel & {
  readonly trainingSetKey: string;
  readonly features: FeatureSource;
  /** Members of an ensemble to be joined into the artifact; empty when it is there already. */
  readonly memberKeys: readonly string[];
  readonly onnxKey: string;
  /** The model in use, when it takes the same features. */
  readonly previous: StoredModel | null;
};

export type EvaluateResult = {
  readonly metrics: ModelMetrics;
  /** Accuracy on items drawn at random. */
  readonly control: { value: number; low: number; high: number; count: number } | null;
  readonly rmseRange: { low: number; high: number } | null;
  readonly comparison: Comparison | null;
  readonly safetensorsBytes: number;
  readonly onnxBytes: number;
};

/** Judges a stored posterior on the held-out items of its training set, and exports it. */
export async function evaluate(
  request: EvaluateRequest,
  context: TaskContext<never>,
): Promise<EvaluateResult> {
  const { store } = context;
  const set = decodeTrainingSet(await store.get(request.trainingSetKey));
  if (request.memberKeys.length > 0) {
    const members = await Promise.all(request.memberKeys.map((key) => store.get(key)));
    const joined = combineEnsemble(members.map((bytes) => loadPosterior(bytes)));
    await store.put(request.artifactKey, joined.save());
  }
  const artifact = await store.get(request.artifactKey);
  const posterior = loadPosterior(artifact);
  const engine = await engineOf(context.settings);
  const predictor = await createPredictor({ engine, posterior, samples: request.samples });
  const predict = async (part: 'heldOut' | 'validation' | 'control') => {
    context.signal.throwIfAborted();
    const rows = await labelledRows(store, request.features, set, rowsOf(set, part));
    if (rows === null) return null;
    const moments = await predictor.moments(rows.features, { signal: context.signal });
    return { moments, targets: rows.targets.values };
  };
  try {
    const heldOut = await predict('heldOut');
    const judgement = judge({
      set,
      heldOut,
      validation: await predict('validation'),
      control: await predict('control'),
      history: posterior.history,
    });
    const onnx = await exportPredictive(posterior, request.samples, judgement.temperature);
    await store.put(request.onnxKey, onnx);
    return {
      metrics: judgement.metrics,
      control: judgement.control,
      rmseRange: judgement.rmseRange,
      comparison:
        request.previous && heldOut ? await compare(request, context, set, judgement) : null,
      safetensorsBytes: artifact.byteLength,
      onnxBytes: onnx.byteLength,
    };
  } finally {
    await predictor.dispose();
  }
}

async function compare(
  request: EvaluateRequest,
  context: TaskContext<never>,
  set: TrainingSet,
  judgement: HeldOutJudgement,
): Promise<Comparison | null> {
  const previous = request.previous!;
  const bytes = await context.store.get(previous.artifactKey).catch(() => null);
  const rows = await labelledRows(context.store, request.features, set, rowsOf(set, 'heldOut'));
  if (bytes === null || rows === null) return null;
  const posterior = loadPosterior(bytes);
  if (posterior.spec.input.shape.join() !== request.features.layout.shape.join()) return null;
  const { output } = posterior.spec;
  if (output.kind !== set.kind) return null;
  if (output.kind === 'class' && output.classes !== set.classes.length) return null;
  const engine = await engineOf(context.settings);
  const predictor = await createPredictor({ engine, posterior, samples: previous.samples });
  try {
    const moments = await predictor.moments(rows.features, { signal: context.signal });
    return judgement.compareWith(moments);
  } finally {
    await predictor.dispose();
  }
}
