import { type ClassSums, type FeatureMatrix, joinClassSums } from '@dubio/bayes-core/pure';
import type { AdaptiveSampling } from '@dubio/contracts';
import { estimateScores, queueContenders } from '../acquisition/adaptive-sampling.js';
import { estimateBald } from '../acquisition/score-estimates.js';
import { type LogProbs, momentsOfLogProbs } from '../uncertainty/predictive-moments.js';
import { type FirstLook, joinPoolScores, type PoolScores } from './pool-scores.js';
import type { Model, Pool, PredictOptions, Predictor } from './ports.js';
import { columnsOfSums } from './score-columns.js';

/** Values of samples, rows and classes that are held at once, float32. */
const MOST_VALUES = 4_000_000;
/** Finalists whose features are held at once. */
const FINALISTS_A_TURN = 4096;

type LookRequest = {
  /** Of the first samples alone: they are the first of all of them. */
  readonly predictor: Predictor;
  readonly features: FeatureMatrix;
  readonly keys: Int32Array;
  readonly rule: string;
  /** All of them, T. */
  readonly samples: number;
};

/**
 * Scores items from the first samples alone: what all of them are expected to give, and how far
 * that may be off. Epistemic uncertainty is free of the bias of few samples.
 */
export async function firstLook(
  { predictor, features, keys, rule, samples }: LookRequest,
  { signal, onProgress }: PredictOptions,
): Promise<PoolScores> {
  const parts: PoolScores[] = [];
  const { rows } = features;
  const width = features.shape.reduce((product, n) => product * n, 1);
  for (let start = 0; start < rows; ) {
    // The number of classes is known behind the first row.
    const classes = parts[0]?.classes;
    const most = classes ? Math.floor(MOST_VALUES / (predictor.samples * classes)) : 1;
    const end = Math.min(rows, start + Math.max(1, most));
    const part = {
      ...features,
      data: features.data.subarray(start * width, end * width),
      rows: end - start,
    };
    const logProbs_N_K_C = await predictor.logProbs(part, { signal });
    const [count, taken] = [part.rows, predictor.samples];
    const first = {
      rows: count,
      samples: taken,
      classes: logProbs_N_K_C.length / (count * taken),
      logProbs_N_K_C,
    };
    parts.push(estimatesOf(keys.subarray(start, end), first, rule, samples));
    start = end;
    onProgress?.(end / rows);
  }
  return joinPoolScores(parts);
}

function estimatesOf(
  ordinal: Int32Array,
  first: LogProbs,
  rule: string,
  samples: number,
): PoolScores {
  const { rows, classes, samples: taken } = first;
  const { meanProbs_N_C, expectedEntropy_N, votes_N_C } = momentsOfLogProbs(first);
  const meanProbs = Float32Array.from(meanProbs_N_C);
  const columns = columnsOfSums(
    ordinal,
    {
      rows,
      classes,
      samples: taken,
      meanProbs_N_C: meanProbs,
      expectedEntropy_N: Float64Array.from(expectedEntropy_N),
      votes_N_C: Uint16Array.from(votes_N_C),
    },
    rule,
  );
  const most = Math.log(classes);
  const epistemic = Float32Array.from(estimateBald(first, samples).score_N, (nats, n) =>
    Math.min(Math.max(0, nats), most - columns.aleatoric[n]!),
  );
  const { score_N, standardError_N } = estimateScores(rule, first, samples);
  return {
    ...columns,
    epistemic,
    total: epistemic.map((nats, n) => nats + columns.aleatoric[n]!),
    score: Float32Array.from(score_N, (score) => Math.max(0, score)),
    firstLook: { scoreError: Float32Array.from(standardError_N), meanProbs },
  };
}

type Final = {
  readonly all: PoolScores;
  /** Places of the pool that the queue is made of. */
  readonly open: Int32Array;
  /** Places that are in the queue whatever their score. */
  readonly drawn: readonly number[];
  readonly acquisition: { readonly rule: string; readonly beta: number | null };
  readonly queueSize: number;
  readonly seed: number;
  readonly firstSamples: number;
  readonly signal?: AbortSignal | undefined;
  readonly pool: Pool;
  readonly model: Pick<Model, 'predictorAfter'>;
};

/**
 * Gives the other samples to the items that may still get into the queue, and puts their scores in
 * the place of the estimates.
 */
export async function finishAdaptiveSampling(
  final: Final,
): Promise<{ all: PoolScores; adaptiveSampling: AdaptiveSampling }> {
  const { all, acquisition, firstSamples, signal } = final;
  const places = finalists(final);
  const scored = copyOf(all);
  const predictor = await final.model.predictorAfter(firstSamples);
  for (let start = 0; start < places.length; start += FINALISTS_A_TURN) {
    signal?.throwIfAborted();
    const some = places.subarray(start, start + FINALISTS_A_TURN);
    const keys = some.map((place) => all.ordinal[place]!);
    const rest = await predictor.moments(await final.pool.features(keys), { signal });
    if (rest.kind !== 'class')
      throw new Error('Sampling is adaptive only for items with one choice.');
    const sums = joinClassSums(sumsOf(all, some, firstSamples), rest);
    replaceRows(scored, some, columnsOfSums(keys, sums, acquisition.rule));
  }
  const [items, samples] = [all.ordinal.length, firstSamples + predictor.samples];
  const work = firstSamples * items + predictor.samples * places.length;
  return {
    all: scored,
    adaptiveSampling: {
      firstSamples,
      samples,
      finalists: places.length,
      items,
      shareOfWork: items === 0 ? 0 : work / (samples * items),
    },
  };
}

/** What the first samples said of some places, as it was stored. */
function sumsOf(all: PoolScores, places: Int32Array, samples: number): ClassSums {
  const { classes } = all;
  const rows = places.length;
  const meanProbs_N_C = new Float32Array(rows * classes);
  const votes_N_C = new Uint16Array(rows * classes);
  places.forEach((place, row) => {
    const own = <Column extends Float32Array | Int32Array>(column: Column) =>
      column.subarray(place * classes, (place + 1) * classes);
    meanProbs_N_C.set(own(lookOf(all).meanProbs), row * classes);
    votes_N_C.set(own(all.votes), row * classes);
  });
  const expectedEntropy_N = Float64Array.from(places, (place) => all.aleatoric[place]!);
  return { rows, classes, samples, meanProbs_N_C, expectedEntropy_N, votes_N_C };
}

/** @throws Error where all samples are in, and no first look is left */
export function lookOf({ firstLook }: PoolScores): FirstLook {
  if (firstLook) return firstLook;
  throw new Error('Adaptive sampling needs the first look at every item. Score the pool again.');
}

/** Places of the pool, rising. */
function finalists({ all, open, drawn, acquisition, queueSize, seed }: Final): Int32Array {
  if (open.length === 0) return new Int32Array(0);
  const { scoreError } = lookOf(all);
  const still = queueContenders(
    {
      rows: open.length,
      score_N: Float64Array.from(open, (place) => all.score[place]!),
      standardError_N: Float64Array.from(open, (place) => scoreError[place]!),
    },
    queueSize,
    {
      rule: acquisition.rule,
      seed,
      keys_N: Float64Array.from(open, (place) => all.ordinal[place]!),
      ...(acquisition.beta === null ? {} : { beta: acquisition.beta }),
    },
  );
  return Int32Array.from(new Set([...Array.from(still, (n) => open[n]!), ...drawn])).sort();
}

const COLUMNS = ['total', 'aleatoric', 'epistemic', 'score', 'mean', 'predicted'] as const;

const copyOf = (all: PoolScores): PoolScores => ({
  ...all,
  ...Object.fromEntries(COLUMNS.map((name) => [name, all[name].slice()])),
  votes: all.votes.slice(),
  firstLook: null,
});

function replaceRows(all: PoolScores, places: Int32Array, rows: PoolScores): void {
  const { classes } = all;
  places.forEach((place, row) => {
    for (const name of COLUMNS) all[name][place] = rows[name][row]!;
    all.votes.set(rows.votes.subarray(row * classes, (row + 1) * classes), place * classes);
  });
}
