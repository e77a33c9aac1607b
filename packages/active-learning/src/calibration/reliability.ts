import { drawsWithReplacement, stream } from '@dubio/bayes-core/pure';
import { assertCount } from '../uncertainty/checks.js';
import { argmaxClass, assertLabelled, type LabelledProbs } from './labelled.js';
import { type Interval, wilsonInterval } from './proportion.js';

export type ReliabilityBin = {
  /** Confidences in (low, high] fall here. */
  readonly low: number;
  readonly high: number;
  readonly count: number;
  /** Null where the bin is empty. */
  readonly meanConfidence: number | null;
  /** Share of right answers with a Wilson interval at 95 %; [0, 1] where the bin is empty. */
  readonly accuracy: Interval;
};

export type Reliability = {
  /**
   * Expected calibration error: mean distance of confidence and accuracy over the items, 0 to 1.
   */
  readonly ece: number;
  /** Greatest such distance of a bin. */
  readonly mce: number;
  readonly bins: readonly ReliabilityBin[];
};

/**
 * Compares how sure the answers are with how often they are right.
 *
 * ECE = sum_b count_b/N |accuracy_b - confidence_b| over equally wide bins of max_c p_c; MCE is the
 * greatest distance. With few items a bin the ECE of a perfectly calibrated model is above 0: read
 * it with the counts and intervals.
 * Shapes: [N, C], [N] -> scalars and B bins. Units: shares.
 * @throws NumericsError `invalid_argument`, `shape_mismatch`, `non_finite`, `invalid_data`
 * @see Guo et al. 2017 eq. 2-5; Naeini et al. 2015. Cost: N C.
 */
export function reliability(input: LabelledProbs, binCount = 15): Reliability {
  const op = 'reliability';
  assertLabelled(op, input);
  assertCount(op, 'binCount', binCount, 1);
  const answers = answersOf(input);
  const edges = Array.from({ length: binCount + 1 }, (_, b) => b / binCount);
  return summarise(answers, edges, (n) => equalWidthBin(answers.confidence_N[n]!, binCount));
}

/**
 * The same over bins that hold equally many items, so that no bin rests on a handful.
 *
 * Items in order of confidence are cut into B runs of N/B; equals are never cut apart, so bins may
 * differ by them and there may be fewer. Edges lie halfway between neighbours, the outermost at 0
 * and 1. Shapes, units and errors as for `reliability`.
 * @see Nguyen & O'Connor 2015 section 3; Nixon et al. 2019 (adaptive calibration error). Cost: N C
 * + N ln N.
 */
export function adaptiveReliability(input: LabelledProbs, binCount = 15): Reliability {
  const op = 'adaptiveReliability';
  assertLabelled(op, input);
  assertCount(op, 'binCount', binCount, 1);
  const answers = answersOf(input);
  const sorted = Float64Array.from(answers.confidence_N).sort();
  const edges = [0];
  for (let b = 1; b < binCount; b++) {
    const last = sorted[Math.round((b * input.rows) / binCount) - 1];
    if (last === undefined) continue;
    const next = sorted.find((confidence) => confidence > last);
    if (next === undefined) break;
    const edge = (last + next) / 2;
    if (edge > edges.at(-1)!) edges.push(edge);
  }
  edges.push(1);
  return summarise(answers, edges, (n) => binOf(edges, answers.confidence_N[n]!));
}

/**
 * Bounds of the expected calibration error that the items at hand allow (bootstrap).
 *
 * Items are drawn anew with replacement; as the error of a finite sample is biased upwards, and of
 * a resampled one once more, the basic interval [2 e - q_high, 2 e - q_low] is taken, kept within
 * [0, 1].
 * Shapes: [N, C], [N] -> interval. Units: shares.
 * @throws NumericsError as `reliability`
 * @see Davison & Hinkley 1997 section 5.2; Kumar, Liang, Ma 2019 section 5. Cost: resamples N.
 */
export function eceInterval(
  input: LabelledProbs,
  { binCount = 15, resamples = 400, level = 0.95, seed = 0 } = {},
): Interval {
  const op = 'eceInterval';
  assertLabelled(op, input);
  assertCount(op, 'resamples', resamples, 2);
  const { rows } = input;
  const answers = answersOf(input);
  const bin_N = Int32Array.from(answers.confidence_N, (c) => equalWidthBin(c, binCount));
  const source = stream(seed).split('ece-interval');
  const eceOf = (pick: (n: number) => number) => {
    const surplus = new Float64Array(binCount);
    for (let i = 0; i < rows; i++) {
      const n = pick(i);
      surplus[bin_N[n]!]! += answers.hit_N[n]! - answers.confidence_N[n]!;
    }
    return surplus.reduce((sum, x) => sum + Math.abs(x) / rows, 0);
  };
  const estimate = eceOf((n) => n);
  const drawn = Float64Array.from({ length: resamples }, (_, r) => {
    const picks = drawsWithReplacement(source.at(r), rows, rows);
    return eceOf((i) => picks[i]!);
  }).sort();
  const quantile = (share: number) => drawn[Math.round(share * (resamples - 1))]!;
  const tail = (1 - level) / 2;
  return {
    estimate,
    low: Math.max(0, Math.min(estimate, 2 * estimate - quantile(1 - tail))),
    high: Math.min(1, Math.max(estimate, 2 * estimate - quantile(tail))),
  };
}

type Answers = { readonly confidence_N: Float64Array; readonly hit_N: Uint8Array };

/** How sure each answer is, and whether it is right. */
function answersOf({ rows, classes, probs_N_C, labels_N }: LabelledProbs): Answers {
  const confidence_N = new Float64Array(rows);
  const hit_N = new Uint8Array(rows);
  for (let n = 0; n < rows; n++) {
    const answer = argmaxClass(probs_N_C, n, classes);
    confidence_N[n] = probs_N_C[n * classes + answer]!;
    hit_N[n] = answer === labels_N[n] ? 1 : 0;
  }
  return { confidence_N, hit_N };
}

const equalWidthBin = (confidence: number, binCount: number): number =>
  Math.min(binCount - 1, Math.max(0, Math.ceil(confidence * binCount) - 1));

/** The bin (low, high] of a confidence. */
function binOf(edges: readonly number[], confidence: number): number {
  let bin = edges.length - 2;
  while (bin > 0 && confidence <= edges[bin]!) bin--;
  return bin;
}

function summarise(
  { confidence_N, hit_N }: Answers,
  edges: readonly number[],
  place: (n: number) => number,
): Reliability {
  const binCount = edges.length - 1;
  const rows = confidence_N.length;
  const counts = new Float64Array(binCount);
  const confidences = new Float64Array(binCount);
  const hits = new Float64Array(binCount);
  for (let n = 0; n < rows; n++) {
    const bin = place(n);
    counts[bin]! += 1;
    confidences[bin]! += confidence_N[n]!;
    hits[bin]! += hit_N[n]!;
  }
  let ece = 0;
  let mce = 0;
  const bins = Array.from({ length: binCount }, (_, b): ReliabilityBin => {
    const count = counts[b]!;
    const distance = count === 0 ? 0 : Math.abs(hits[b]! - confidences[b]!) / count;
    ece += (count / rows) * distance;
    mce = Math.max(mce, distance);
    return {
      low: edges[b]!,
      high: edges[b + 1]!,
      count,
      meanConfidence: count === 0 ? null : confidences[b]! / count,
      accuracy: wilsonInterval(hits[b]!, count),
    };
  });
  return { ece, mce, bins };
}
