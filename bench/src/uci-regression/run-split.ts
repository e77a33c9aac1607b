import { mixtureLogLikelihood } from '@dubio/active-learning';
import {
  createPredictor,
  type Engine,
  type FeatureMatrix,
  type FittedPosterior,
  fitPosterior,
  weightDecayFromPrecision,
} from '@dubio/bayes-core';
import type { UciSet } from './uci-data.js';

/** What decides a figure; a stopped run goes on only under the same settings. */
export type UciSettings = {
  /** Share of the published number of passes. */
  readonly epochShare: number;
  /**
   * One network for each rate, judged under every precision; or one for each pair, as published.
   */
  readonly networks: 'per-rate' | 'per-rate-and-precision';
  readonly testSamples: number;
  readonly validationSamples: number;
  readonly seed: number;
};

/** Rate and precision with the best validation likelihood. */
export type Choice = {
  readonly rate: number;
  readonly precision: number;
  readonly seconds: number;
};

export type SplitResult = Choice & {
  readonly rmse: number;
  /** Mean test log likelihood, nats in units of the target. */
  readonly logLikelihood: number;
  readonly passes: number;
  readonly steps: number;
};

const BATCH = 128;
const LENGTH_SCALE = 1e-2;
/** The last fifth of the training rows chooses rate and precision. */
const TRAIN_SHARE = 0.8;
const PUBLISHED_FACTOR = 100;
/** Sampled means held at once. */
const VALUES_PER_CALL = 2e7;
const LEAST_DRAWS_PER_EPOCH = 1024;

type Rows = { readonly features: FeatureMatrix; readonly targets_N: Float64Array };

/**
 * First half of the published experiment on one split: dropout before every layer of one hidden
 * layer, weight decay from the precision (tau = l^2 p / 2 N lambda), the pair of rate and precision
 * that the last fifth of the training rows likes best.
 * @see Gal & Ghahramani 2016, section 5.2; `experiment.py` and `net/net.py` of the authors'
 * repository, commit 6eb4497
 */
export async function chooseOnSplit(
  engine: Engine,
  set: UciSet,
  split: number,
  settings: UciSettings,
): Promise<Choice> {
  const start = performance.now();
  const [train, validation] = rowsOf(set, ...trainedAndHeldOut(set.splits[split]!.train));
  let best = { rate: Number.NaN, precision: Number.NaN, logLikelihood: Number.NEGATIVE_INFINITY };
  for (const { rate, precisions } of gridOf(set, settings)) {
    const precision = precisions[Math.floor(precisions.length / 2)]!;
    const posterior = await fit(engine, set, train, { rate, precision, split }, settings);
    const samples = settings.validationSamples;
    const { logLikelihoods } = await judge(engine, posterior, validation, samples, precisions);
    logLikelihoods.forEach((logLikelihood, i) => {
      if (logLikelihood > best.logLikelihood)
        best = { rate, precision: precisions[i]!, logLikelihood };
    });
  }
  const { rate, precision } = best;
  return { rate, precision, seconds: secondsSince(start) };
}

/** Second half: a new network on all training rows of the split, judged on its test rows. */
export async function judgeOnSplit(
  engine: Engine,
  set: UciSet,
  split: number,
  { choice, settings }: { readonly choice: Choice; readonly settings: UciSettings },
): Promise<SplitResult> {
  const start = performance.now();
  const { rate, precision } = choice;
  const [train, test] = rowsOf(set, set.splits[split]!.train, set.splits[split]!.test);
  const posterior = await fit(engine, set, train, { rate, precision, split }, settings);
  const result = await judge(engine, posterior, test, settings.testSamples, [precision]);
  const passes = passesOf(set, settings);
  return {
    rmse: result.rmse,
    logLikelihood: result.logLikelihoods[0]!,
    rate,
    precision,
    passes,
    steps: stepsOf(train.features.rows, passes).steps,
    seconds: Math.round(10 * (choice.seconds + secondsSince(start))) / 10,
  };
}

const secondsSince = (start: number): number => Math.round((performance.now() - start) / 100) / 10;

const passesOf = ({ baseEpochs }: UciSet, { epochShare }: UciSettings): number =>
  baseEpochs * PUBLISHED_FACTOR * epochShare;

function trainedAndHeldOut(train: readonly number[]) {
  const cut = Math.floor(TRAIN_SHARE * train.length);
  return [train.slice(0, cut), train.slice(cut)] as const;
}

function gridOf({ rates, precisions }: UciSet, { networks }: UciSettings) {
  if (networks === 'per-rate') return rates.map((rate) => ({ rate, precisions }));
  return rates.flatMap((rate) => precisions.map((tau) => ({ rate, precisions: [tau] })));
}

/** As many steps as the published passes have, the last short batch of a pass counted as one. */
function stepsOf(rows: number, passes: number) {
  const batchSize = Math.min(BATCH, rows);
  const stepsPerEpoch = Math.ceil(Math.max(rows, LEAST_DRAWS_PER_EPOCH) / batchSize);
  const maxEpochs = Math.max(1, Math.round((passes * Math.ceil(rows / BATCH)) / stepsPerEpoch));
  return { batchSize, maxEpochs, steps: maxEpochs * stepsPerEpoch };
}

function fit(
  engine: Engine,
  set: UciSet,
  train: Rows,
  { rate, precision, split }: { rate: number; precision: number; split: number },
  settings: UciSettings,
): Promise<FittedPosterior> {
  const { rows } = train.features;
  const { batchSize, maxEpochs } = stepsOf(rows, passesOf(set, settings));
  const mean = train.targets_N.reduce((sum, y) => sum + y, 0) / rows;
  const variance = train.targets_N.reduce((sum, y) => sum + (y - mean) ** 2, 0) / rows;
  const lambda = weightDecayFromPrecision(
    { lengthScale: LENGTH_SCALE, keep: 1 - rate, rows },
    precision,
  );
  return fitPosterior({
    engine,
    train: {
      features: train.features,
      targets: { kind: 'number', values: train.targets_N },
    },
    seed: settings.seed + split,
    spec: {
      network: { preset: 'uci-50', units: set.units },
      input: { shape: [set.width] },
      // The authors train on squared errors of standardised targets; with this variance ours are
      // half of those.
      output: { kind: 'number', noiseVariance: variance },
      posterior: { kind: 'mc-dropout', rate },
      // Their decay stands beside whole squared errors, so it is lambda, not 2 lambda, beside
      // halves.
      optimiser: { weightDecay: lambda },
      batchSize,
      maxEpochs,
    },
  });
}

/**
 * Root mean squared error of the mean over samples, and the mean log likelihood under each
 * precision.
 */
async function judge(
  engine: Engine,
  posterior: FittedPosterior,
  { features, targets_N }: Rows,
  samples: number,
  precisions: readonly number[],
): Promise<{ rmse: number; logLikelihoods: readonly number[] }> {
  const predictor = await createPredictor({ engine, posterior, samples });
  const { rows, shape } = features;
  const width = shape[0]!;
  const most = Math.max(1, Math.floor(VALUES_PER_CALL / samples));
  let squares = 0;
  const sums = precisions.map(() => 0);
  for (let from = 0; from < rows; from += most) {
    const count = Math.min(most, rows - from);
    const data = features.data.subarray(from * width, (from + count) * width);
    const means_N_T = await predictor.sampleMeans({ ...features, data, rows: count });
    const targets = targets_N.subarray(from, from + count);
    for (let n = 0; n < count; n++) {
      const own = means_N_T.subarray(n * samples, (n + 1) * samples);
      squares += (own.reduce((sum, m) => sum + m, 0) / samples - targets[n]!) ** 2;
    }
    precisions.forEach((precision, i) => {
      sums[i]! +=
        count *
        mixtureLogLikelihood({ rows: count, samples, means_N_T, targets_N: targets, precision });
    });
  }
  await predictor.dispose();
  return { rmse: Math.sqrt(squares / rows), logLikelihoods: sums.map((sum) => sum / rows) };
}

/**
 * Both parts with features scaled by the rows that are trained on; constant columns stay as they
 * are.
 */
function rowsOf(
  { width, features_N_D, targets_N }: UciSet,
  trained: readonly number[],
  judged: readonly number[],
): [Rows, Rows] {
  const scales = Array.from({ length: width }, (_, d) => {
    const column = trained.map((n) => features_N_D[n * width + d]!);
    const mean = column.reduce((sum, x) => sum + x, 0) / trained.length;
    const variance = column.reduce((sum, x) => sum + (x - mean) ** 2, 0) / trained.length;
    return { mean, deviation: variance > 0 ? Math.sqrt(variance) : 1 };
  });
  const take = (positions: readonly number[]): Rows => ({
    features: {
      rows: positions.length,
      shape: [width],
      data: Float32Array.from(
        positions.flatMap((n) =>
          scales.map(({ mean, deviation }, d) => (features_N_D[n * width + d]! - mean) / deviation),
        ),
      ),
    },
    targets_N: Float64Array.from(positions, (n) => targets_N[n]!),
  });
  return [take(trained), take(judged)];
}
