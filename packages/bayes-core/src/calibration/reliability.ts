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
  /** Expected calibration error: mean distance of confidence and accuracy over the items, 0 to 1. */
  readonly ece: number;
  /** Greatest such distance of a bin. */
  readonly mce: number;
  readonly bins: readonly ReliabilityBin[];
};

/**
 * Compares how sure the answers are with how often they are right.
 *
 * ECE = sum_b count_b/N |accuracy_b - confidence_b| over equally wide bins of max_c p_c; MCE is the
 * greatest distance. With few items a bin the ECE of a perfectly calibrated model is above 0: read it with
 * the counts and intervals.
 * Shapes: [N, C], [N] -> scalars and B bins. Units: shares.
 * @throws NumericsError `invalid_argument`, `shape_mismatch`, `non_finite`, `invalid_data`
 * @see Guo et al. 2017 eq. 2-5; Naeini et al. 2015. Cost: N C.
 */
export function reliability(input: LabelledProbs, binCount = 15): Reliability {
  const op = 'reliability';
  assertLabelled(op, input);
  assertCount(op, 'binCount', binCount, 1);
  const { rows, classes, probs_N_C, labels_N } = input;
  const counts = new Float64Array(binCount);
  const confidences = new Float64Array(binCount);
  const hits = new Float64Array(binCount);
  for (let n = 0; n < rows; n++) {
    const answer = argmaxClass(probs_N_C, n, classes);
    const confidence = probs_N_C[n * classes + answer]!;
    const bin = Math.min(binCount - 1, Math.max(0, Math.ceil(confidence * binCount) - 1));
    counts[bin]! += 1;
    confidences[bin]! += confidence;
    if (answer === labels_N[n]) hits[bin]! += 1;
  }
  let ece = 0;
  let mce = 0;
  const bins = Array.from({ length: binCount }, (_, b): ReliabilityBin => {
    const count = counts[b]!;
    const distance = count === 0 ? 0 : Math.abs(hits[b]! - confidences[b]!) / count;
    ece += (count / rows) * distance;
    mce = Math.max(mce, distance);
    return {
      low: b / binCount,
      high: (b + 1) / binCount,
      count,
      meanConfidence: count === 0 ? null : confidences[b]! / count,
      accuracy: wilsonInterval(hits[b]!, count),
    };
  });
  return { ece, mce, bins };
}
