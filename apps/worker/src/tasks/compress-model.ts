import type { FieldFigures, ScoresByMode } from '@dubio/active-learning';
import {
  type CompressedPosterior,
  compressPosterior,
  createPredictor,
  type FittedPosterior,
  isCompressible,
  NumericsError,
  type PoolMoments,
  type Predictor,
} from '@dubio/bayes-core';
import type { ModelCompression, ModelMetrics } from '@dubio/contracts';
import type { TaskContext } from '../compute/task-context.js';
import { engineOf } from './engine.js';
import type { LabelledRows } from './fit.task.js';
import { exportFast, exportPredictive } from './predictive-export.js';

export type CompressionResult = {
  readonly report: Omit<ModelCompression, 'gate'>;
  /** Figures of both networks for each field, which the verdict rests on. */
  readonly fields: readonly FieldFigures[];
  readonly hasFast: boolean;
  /** What sets are made from when the compressed model predicts. */
  readonly conformal: ScoresByMode;
};

/** Where the parts of a compressed model go. */
export type CompressedKeys = {
  /** The posterior, to score the pool with. */
  readonly artifact: string;
  readonly onnx: string;
  readonly fastOnnx: string;
};

export type CompressOptions = {
  readonly posterior: FittedPosterior;
  readonly temperatures: readonly (number | null)[];
  readonly heldOut: LabelledRows | null;
  readonly fieldNames: readonly string[];
  /** Of the full network, field by field. */
  readonly full: readonly ModelMetrics[];
  /** Figures of a compressed model on the held-out items, field by field. */
  readonly judge: (moments: PoolMoments) => readonly ModelMetrics[];
  /** What sets are learned from, of the compressed model. */
  readonly scores: (
    small: FittedPosterior,
    predictor: Predictor,
    hasFast: boolean,
  ) => Promise<ScoresByMode>;
  readonly samples: number;
  readonly keys: CompressedKeys;
};

/**
 * Makes, judges and stores the compressed model: its posterior, and its predictive files. Null
 * where the posterior does not say what is noise, or where nothing would be left of it.
 */
export async function compressModel(
  options: CompressOptions,
  context: TaskContext<never>,
): Promise<CompressionResult | null> {
  const compressed = smaller(options.posterior);
  if (compressed === null) return null;
  const { posterior, temperatures, full, samples, keys, fieldNames } = options;
  await context.store.put(keys.artifact, compressed.uncertain.save());
  const onnx = exportPredictive(compressed.uncertain, samples, temperatures);
  await context.store.put(keys.onnx, onnx);
  const fast = exportFast(compressed.uncertain, temperatures);
  if (fast.bytes) await context.store.put(keys.fastOnnx, fast.bytes);
  const rounded = await withPredictor(options, compressed.rounded, context, (predictor) =>
    judged(options, predictor, context),
  );
  const { small, conformal } = await withPredictor(
    options,
    compressed.uncertain,
    context,
    async (predictor) => ({
      small: await judged(options, predictor, context),
      conformal: await options.scores(compressed.uncertain, predictor, fast.bytes !== null),
    }),
  );
  return {
    report: {
      ...sizesOf(compressed),
      inputShape: [...posterior.spec.input.shape],
      heldOut: full[0]!.heldOut,
      full: figuresOf(full[0]),
      compressed: figuresOf(small?.[0]),
      rounded: figuresOf(rounded?.[0]),
      onnxBytes: onnx.byteLength,
    },
    fields: fieldNames.map((name, k) => ({
      name,
      full: figuresOf(full[k]),
      compressed: figuresOf(small?.[k]),
    })),
    hasFast: fast.bytes !== null,
    conformal,
  };
}

function smaller(posterior: FittedPosterior): CompressedPosterior | null {
  if (!isCompressible(posterior.spec.posterior)) return null;
  try {
    return compressPosterior(posterior);
  } catch (error) {
    if (error instanceof NumericsError && error.code === 'nothing_left') return null;
    throw error;
  }
}

async function judged(
  { heldOut, judge }: CompressOptions,
  predictor: Predictor,
  { signal }: TaskContext<never>,
) {
  if (heldOut === null) return null;
  return judge(await predictor.moments(heldOut.features, { signal }));
}

async function withPredictor<T>(
  { samples }: CompressOptions,
  posterior: FittedPosterior,
  context: TaskContext<never>,
  use: (predictor: Predictor) => Promise<T>,
): Promise<T> {
  const engine = await engineOf(context.settings);
  const predictor = await createPredictor({ engine, posterior, samples });
  try {
    return await use(predictor);
  } finally {
    await predictor.dispose();
  }
}

function sizesOf({ layers, numbers, bits, importance }: CompressedPosterior) {
  return {
    layers: layers.map(({ pruned, width, name, kind, inputs, outputs, numbers, nonZero }) => ({
      name,
      kind,
      inputs,
      outputs,
      numbers,
      nonZero,
      bits: width.bits,
      judged: pruned.of,
      measure: pruned.measure,
      threshold: pruned.threshold,
      thresholdFrom: pruned.origin,
    })),
    numbers,
    bits,
    importance: importance === null ? null : [...importance],
  };
}

/** As the samples say: a temperature was fitted to the full network only. */
function figuresOf(metrics: ModelMetrics | undefined): ModelCompression['full'] {
  const { accuracy = null, rmse = null, nll = null, before } = metrics ?? {};
  return { accuracy, rmse, nll: before?.nll ?? nll };
}
