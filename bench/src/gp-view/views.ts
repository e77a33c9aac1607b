import {
  createPredictor,
  type Engine,
  fitPosterior,
  type LayerSpec,
  type PartialModelSpec,
  type PartialPosteriorSpec,
  weightDecayFromPrecision,
} from '@dubio/bayes-core';
import { arcCosineKernel, exactGp } from './arc-cosine.js';
import type { CurveData } from './curve-data.js';

/**
 * What a model says at each place: its mean, and the standard deviation of the function (noise
 * apart).
 */
export type View = { readonly mean: readonly number[]; readonly deviation: readonly number[] };

export type ViewOptions = {
  readonly engine: Engine;
  readonly data: CurveData;
  readonly places: Float32Array;
  readonly passes: number;
  readonly steps: number;
  readonly rate: number;
  readonly seed: number;
};

const HIDDEN_LAYERS = 5;
/** The length scale of the published experiments with dropout. */
const DEEP_LENGTH_SCALE = 1e-2;

/** The lecture's pictures: five hidden layers, dropout behind each, `passes` posterior samples. */
export function deepView(
  options: ViewOptions,
  activation: 'relu' | 'tanh',
  units: number,
): Promise<View> {
  const layer: LayerSpec[] = [{ kind: 'dense', units }, { kind: activation }, { kind: 'dropout' }];
  return viewOf(options, {
    layers: Array.from({ length: HIDDEN_LAYERS }, () => layer).flat(),
    posterior: { kind: 'mc-dropout', rate: options.rate },
    weightDecay: decayFor(options, DEEP_LENGTH_SCALE, 1 - options.rate),
    initialisation: activation === 'tanh' ? 'glorot-uniform' : 'he-normal',
  });
}

export const WIDE_POSTERIORS = [
  'mc-dropout',
  'mean-field',
  'laplace-last-layer',
  'ensemble',
] as const;
export type WidePosterior = (typeof WIDE_POSTERIORS)[number];

/**
 * Weights of deviation s give functions of variance s^2 + (1 + x^2) units s^4 / 2: with this s, of
 * about 1 + x^2.
 */
export const wideDeviation = (units: number): number => (units / 2) ** -0.25;

/** One wide hidden layer whose weights have the prior that the exact process is the limit of. */
export function wideView(options: ViewOptions, kind: WidePosterior, units: number): Promise<View> {
  const deviation = wideDeviation(units);
  const lengthScale = 1 / deviation;
  const posteriors: Record<WidePosterior, PartialPosteriorSpec> = {
    'mc-dropout': { kind, rate: options.rate } as PartialPosteriorSpec,
    'mean-field': { kind: 'mean-field', prior: { kind: 'gaussian', deviation } },
    'laplace-last-layer': {
      kind: 'laplace-last-layer',
      curvature: units < 1500 ? 'full' : 'kronecker',
      priorPrecision: deviation ** -2,
    },
    ensemble: { kind: 'ensemble', members: 10 },
  };
  const isDropout = kind === 'mc-dropout';
  return viewOf(options, {
    layers: [
      { kind: 'dense', units },
      { kind: 'relu' },
      ...(isDropout ? [{ kind: 'dropout' } as const] : []),
    ],
    posterior: posteriors[kind],
    weightDecay:
      kind === 'mean-field' ? 0 : decayFor(options, lengthScale, isDropout ? 1 - options.rate : 1),
    initialisation: 'he-normal',
  });
}

/** The process that the wide network tends to, solved exactly. */
export function gpView({ data, places }: ViewOptions, units: number): View {
  const kernel = arcCosineKernel(units, wideDeviation(units));
  const { mean, variance } = exactGp(kernel, data.noiseVariance, data, places);
  return { mean: [...mean], deviation: Array.from(variance, Math.sqrt) };
}

/**
 * lambda stands beside halves of squared errors; the loss here is those divided by the noise, and
 * decay is 2 lambda.
 */
function decayFor(
  { data: { x, noiseVariance } }: ViewOptions,
  lengthScale: number,
  keep: number,
): number {
  const precision = 1 / noiseVariance;
  return 2 * precision * weightDecayFromPrecision({ lengthScale, keep, rows: x.length }, precision);
}

type Model = {
  readonly layers: readonly LayerSpec[];
  readonly posterior: PartialPosteriorSpec;
  readonly weightDecay: number;
  readonly initialisation: NonNullable<PartialModelSpec['initialisation']>;
};

async function viewOf(
  { engine, data, places, passes, steps, seed }: ViewOptions,
  { layers, posterior: kind, weightDecay, initialisation }: Model,
): Promise<View> {
  const rows = data.x.length;
  const perEpoch = Math.ceil(Math.max(rows, 1024) / rows);
  const posterior = await fitPosterior({
    engine,
    train: {
      features: { data: data.x, rows, shape: [1] },
      targets: { kind: 'number', values: data.y },
    },
    seed,
    spec: {
      network: { layers },
      input: { shape: [1] },
      output: { kind: 'number', noiseVariance: data.noiseVariance },
      posterior: kind,
      optimiser: { weightDecay },
      initialisation,
      batchSize: rows,
      maxEpochs: Math.max(1, Math.round(steps / perEpoch)),
    },
  });
  const predictor = await createPredictor({ engine, posterior, samples: passes });
  const moments = await predictor.moments({ data: places, rows: places.length, shape: [1] });
  await predictor.dispose();
  if (moments.kind !== 'number') throw new Error('expected numbers');
  return {
    mean: [...moments.mean_N],
    deviation: Array.from(moments.varianceOfMeans_N, Math.sqrt),
  };
}
