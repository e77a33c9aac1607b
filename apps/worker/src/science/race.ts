import {
  estimateBald,
  estimateScores,
  type FeatureMatrix,
  momentsOfLogProbs,
  type PoolMoments,
  type PredictOptions,
  type Predictor,
  queueContenders,
} from '@dubio/bayes-core';
import type { AcquisitionSpec, Race } from '@dubio/contracts';
import { joinScores, type ScoreColumns } from './score-columns.js';
import { columnsOf } from './score-pool.js';

/** Values of samples, rows and classes that are held at once, float32. */
const MOST_VALUES = 4_000_000;
/** Finalists whose features are held at once. */
const FINALISTS_A_TURN = 4096;

type FirstLook = {
  /** Of the first samples alone: they are the first of all of them. */
  readonly predictor: Predictor;
  readonly features: FeatureMatrix;
  readonly ordinals: Int32Array;
  readonly rule: string;
  /** All of them, T. */
  readonly samples: number;
};

/**
 * Scores items from the first samples alone: what all of them are expected to give, and how far that may be off. Epistemic
 * doubt is free of the bias of few samples.
 */
export async function firstLook(
  { predictor, features, ordinals, rule, samples }: FirstLook,
  { signal, onProgress }: PredictOptions,
): Promise<ScoreColumns> {
  const parts: ScoreColumns[] = [];
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
    parts.push(estimatesOf(ordinals.subarray(start, end), first, rule, samples));
    start = end;
    onProgress?.(end / rows);
  }
  return joinScores(parts);
}

function estimatesOf(
  ordinal: Int32Array,
  first: Parameters<typeof momentsOfLogProbs>[0],
  rule: string,
  samples: number,
): ScoreColumns {
  const sums = momentsOfLogProbs(first);
  const moments: PoolMoments = {
    kind: 'class',
    rows: first.rows,
    classes: first.classes,
    samples: first.samples,
    meanProbs_N_C: Float32Array.from(sums.meanProbs_N_C),
    meanSquareProbs_N_C: Float32Array.from(sums.meanSquareProbs_N_C!),
    expectedEntropy_N: Float64Array.from(sums.expectedEntropy_N),
    votes_N_C: Uint16Array.from(sums.votes_N_C),
  };
  const columns = columnsOf(ordinal, moments, rule);
  const most = Math.log(first.classes);
  const epistemic = Float32Array.from(estimateBald(first, samples).score_N, (nats, n) =>
    Math.min(Math.max(0, nats), most - columns.aleatoric[n]!),
  );
  const { score_N, standardError_N } = estimateScores(rule, first, samples);
  return {
    ...columns,
    epistemic,
    total: epistemic.map((nats, n) => nats + columns.aleatoric[n]!),
    score: Float32Array.from(score_N, (score) => Math.max(0, score)),
    scoreError: Float32Array.from(standardError_N),
  };
}

type Final = {
  readonly all: ScoreColumns;
  /** Places of the pool that the queue is made of. */
  readonly open: Int32Array;
  /** Places that are in the queue whatever their score. */
  readonly drawn: readonly number[];
  readonly acquisition: AcquisitionSpec;
  readonly queueSize: number;
  readonly seed: number;
  readonly firstSamples: number;
  readonly signal: AbortSignal;
  gather(ordinals: Int32Array): Promise<FeatureMatrix>;
  /** With all samples. */
  predictor(): Promise<Predictor>;
};

/** Gives all samples to the items that may still get into the queue, and puts their scores in the place of the estimates. */
export async function finishRace(final: Final): Promise<{ all: ScoreColumns; race: Race }> {
  const { all, acquisition, firstSamples, signal } = final;
  const places = finalists(final);
  const scored = copyOf(all);
  const predictor = await final.predictor();
  for (let start = 0; start < places.length; start += FINALISTS_A_TURN) {
    signal.throwIfAborted();
    const some = places.subarray(start, start + FINALISTS_A_TURN);
    const ordinals = some.map((place) => all.ordinal[place]!);
    const moments = await predictor.moments(await final.gather(ordinals), { signal });
    replaceRows(scored, some, columnsOf(ordinals, moments, acquisition.rule));
  }
  const [items, samples] = [all.ordinal.length, predictor.samples];
  const work = firstSamples * items + samples * places.length;
  return {
    all: { ...scored, scoreError: null },
    race: {
      firstSamples,
      samples,
      finalists: places.length,
      items,
      shareOfWork: items === 0 ? 0 : work / (samples * items),
    },
  };
}

/** Places of the pool, rising. */
function finalists({ all, open, drawn, acquisition, queueSize, seed }: Final): Int32Array {
  if (open.length === 0) return new Int32Array(0);
  const { scoreError } = all;
  if (!scoreError) throw new Error('A race needs scores with their errors. Score the pool again.');
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

const copyOf = (all: ScoreColumns): ScoreColumns => ({
  ...all,
  ...Object.fromEntries(COLUMNS.map((name) => [name, all[name].slice()])),
  votes: all.votes.slice(),
});

function replaceRows(
  all: ScoreColumns,
  places: Int32Array,
  rows: Omit<ScoreColumns, 'scoreError'>,
): void {
  const { classes } = all;
  places.forEach((place, row) => {
    for (const name of COLUMNS) all[name][place] = rows[name][row]!;
    all.votes.set(rows.votes.subarray(row * classes, (row + 1) * classes), place * classes);
  });
}
