import { classMetrics, poolUncertainty, rankAuroc, reliability } from '@dubio/active-learning';
import {
  createPredictor,
  dropoutRates,
  type Engine,
  fitPosterior,
  type PartialPosteriorSpec,
} from '@dubio/bayes-core';
import type { Dataset } from '../data/dataset.js';

export const KINDS = ['concrete-dropout', 'mc-dropout', 'point'] as const;
export type Kind = (typeof KINDS)[number];

export type WidthSettings = {
  readonly steps: number;
  readonly batch: number;
  readonly learningRate: number;
  readonly initialRate: number;
  readonly fixedRate: number;
  readonly lengthScale: number;
  readonly samples: number;
};

export type WidthResult = {
  /** Learned or fixed rates, layer by layer. */
  readonly rates: readonly number[];
  readonly error: number;
  readonly nllNats: number;
  readonly ece: number;
  readonly trainError: number;
  /**
   * How well epistemic uncertainty finds the errors; null where there is no such uncertainty, or no
   * error.
   */
  readonly errorAuroc: number | null;
  readonly seconds: number;
};

type FitInput = {
  readonly engine: Engine;
  readonly settings: WidthSettings;
  readonly train: Dataset;
  readonly test: Dataset;
  readonly kind: Kind;
  readonly units: number;
  readonly seed: number;
};

/** Two hidden layers of one width, trained for a fixed number of steps, judged on the test rows. */
export async function fitWidth(input: FitInput): Promise<WidthResult> {
  const { engine, settings, train, test, kind, units, seed } = input;
  const start = performance.now();
  const { rows, shape } = train.features;
  const batchSize = Math.min(settings.batch, rows);
  const stepsPerEpoch = Math.ceil(Math.max(rows, 1024) / batchSize);
  const posterior = await fitPosterior({
    engine,
    train: { features: train.features, targets: { kind: 'class', values: train.labels } },
    seed,
    spec: {
      network: { preset: 'small-mlp', units },
      input: { shape },
      output: { kind: 'class', classes: train.classes },
      posterior: posteriorSpec(kind, settings),
      optimiser: { learningRate: settings.learningRate },
      batchSize,
      maxEpochs: Math.max(1, Math.round(settings.steps / stepsPerEpoch)),
    },
  });
  const predictor = await createPredictor({ engine, posterior, samples: settings.samples });
  try {
    const judge = async (data: Dataset) => {
      const moments = await predictor.moments(data.features);
      if (moments.kind !== 'class') throw new Error('expected classes');
      const labelled = { ...moments, probs_N_C: moments.meanProbs_N_C, labels_N: data.labels };
      return { moments, labelled, metrics: classMetrics(labelled) };
    };
    const { moments, labelled, metrics } = await judge(test);
    return {
      rates: dropoutRates(posterior).map(({ rate }) => rate),
      error: 1 - metrics.accuracy.estimate!,
      nllNats: metrics.nllNats,
      ece: reliability(labelled).ece,
      trainError: 1 - (await judge(train)).metrics.accuracy.estimate!,
      errorAuroc:
        kind === 'point'
          ? null
          : errorAuroc(poolUncertainty(moments).epistemic_N, labelled.probs_N_C, test),
      seconds: Math.round((performance.now() - start) / 100) / 10,
    };
  } finally {
    await predictor.dispose();
  }
}

function posteriorSpec(kind: Kind, settings: WidthSettings): PartialPosteriorSpec {
  const { initialRate, lengthScale, fixedRate } = settings;
  switch (kind) {
    case 'concrete-dropout':
      return { kind, initialRate, lengthScale };
    case 'mc-dropout':
      return { kind, rate: fixedRate };
    case 'point':
      return { kind };
  }
}

function errorAuroc(
  uncertainty_N: Float64Array,
  probs_N_C: Float32Array,
  { labels, classes }: Dataset,
): number | null {
  const isHit = (n: number): boolean => {
    const probs = probs_N_C.subarray(n * classes, (n + 1) * classes);
    return probs.indexOf(Math.max(...probs)) === labels[n];
  };
  const hits = uncertainty_N.filter((_, n) => isHit(n));
  const misses = uncertainty_N.filter((_, n) => !isHit(n));
  return hits.length > 0 && misses.length > 0 ? rankAuroc(hits, misses) : null;
}
