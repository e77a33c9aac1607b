import {
  type CompressedPosterior,
  compressPosterior,
  createPredictor,
  type FittedPosterior,
  isCompressible,
  NumericsError,
  type PoolMoments,
} from '@dubio/bayes-core';
import type { ModelCompression, ModelMetrics } from '@dubio/contracts';
import type { TaskContext } from '../compute/task-context.js';
import { engineOf } from './engine.js';
import type { LabelledRows } from './fit.task.js';
import type { Comparison } from './judgement.js';
import { exportPredictive } from './predictive-export.js';

export type CompressionResult = {
  readonly report: Omit<ModelCompression, 'gate'>;
  /** The small network as the newer one, on the held-out items. */
  readonly comparison: Comparison | null;
};

export type CompressOptions = {
  readonly posterior: FittedPosterior;
  readonly temperatures: readonly (number | null)[];
  readonly heldOut: LabelledRows | null;
  readonly full: ModelMetrics;
  /** Figures of a smaller network on the held-out items, and how the full one does against it. */
  readonly judge: (moments: PoolMoments) => {
    readonly metrics: ModelMetrics;
    readonly comparison: Comparison | null;
  };
  readonly samples: number;
  readonly onnxKey: string;
};

/**
 * Makes, judges and stores the smaller network of a model. Null where the posterior does not say what is noise, or where
 * nothing would be left of it.
 */
export async function compressModel(
  options: CompressOptions,
  context: TaskContext<never>,
): Promise<CompressionResult | null> {
  const compressed = smaller(options.posterior);
  if (compressed === null) return null;
  const { posterior, temperatures, full, samples } = options;
  const small = await judged(options, compressed.uncertain, context);
  const rounded = await judged(options, compressed.rounded, context);
  const onnx = exportPredictive(compressed.uncertain, samples, temperatures);
  await context.store.put(options.onnxKey, onnx);
  return {
    report: {
      ...sizesOf(compressed),
      inputShape: [...posterior.spec.input.shape],
      heldOut: full.heldOut,
      full: figuresOf(full),
      small: figuresOf(small?.metrics),
      rounded: figuresOf(rounded?.metrics),
      onnxBytes: onnx.byteLength,
    },
    comparison: reversed(small?.comparison ?? null),
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
  { heldOut, judge, samples }: CompressOptions,
  posterior: FittedPosterior,
  context: TaskContext<never>,
) {
  if (heldOut === null) return null;
  const engine = await engineOf(context.settings);
  const predictor = await createPredictor({ engine, posterior, samples });
  try {
    return judge(await predictor.moments(heldOut.features, { signal: context.signal }));
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

/** The same comparison seen from the other side. */
function reversed(comparison: Comparison | null): Comparison | null {
  if (comparison === null) return null;
  const { won, lost, squaredErrorRise } = comparison;
  return {
    ...comparison,
    won: lost,
    lost: won,
    squaredErrorRise: squaredErrorRise === null ? null : -squaredErrorRise,
  };
}
