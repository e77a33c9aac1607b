import { NumericsError } from '@dubio/bayes-core/pure';
import { assertCount, assertFinite, assertLength, type Reals } from '../uncertainty/checks.js';

export type RetentionCurve = {
  /** Accuracy on what the model keeps when the most uncertain share of items goes to a person. */
  readonly points: readonly { readonly referred: number; readonly accuracy: number }[];
  /** Mean accuracy over all shares, 0 to 1: greater when uncertainty finds the errors. */
  readonly area: number;
  /** The same when items are referred by chance (the accuracy), and when all errors come first. */
  readonly areaByChance: number;
  readonly areaAtBest: number;
};

/**
 * Accuracy against the share of items that are referred to a person because the model is uncertain.
 *
 * With items in order of uncertainty, accuracy(k) = right among the k least uncertain / k, k = N ..
 * 1, referred = 1 - k/N; area = 1/N sum_k accuracy(k). Items of equal uncertainty count as their
 * mean, so their order does not matter.
 * Shapes: [N], [N] -> at most `pointCount` + 1 points. Units: shares.
 * @throws NumericsError `invalid_argument`, `shape_mismatch`, `non_finite`, `invalid_data`
 * @see Leibig et al. 2017 (referral); Geifman & El-Yaniv 2017 (risk-coverage); Filos et al. 2019.
 * Cost: N ln N.
 */
export function retentionCurve(
  right_N: Reals,
  uncertainty_N: Reals,
  { pointCount = 20 } = {},
): RetentionCurve {
  const op = 'retentionCurve';
  const rows = right_N.length;
  assertCount(op, 'rows', rows, 1);
  assertCount(op, 'pointCount', pointCount, 1);
  assertLength(op, 'uncertainty_N', uncertainty_N, rows);
  assertFinite(op, 'uncertainty_N', uncertainty_N);
  const right = rightByUncertainty(op, right_N, uncertainty_N);
  const accuracy_K = accuracies(right);
  const total = right.reduce((sum, x) => sum + x, 0);
  const best = Float64Array.from({ length: rows }, (_, i) => (i < Math.round(total) ? 1 : 0));
  const count = Math.min(pointCount, rows);
  return {
    points: Array.from({ length: count }, (_, i) => {
      const kept = Math.max(1, rows - Math.floor((i * rows) / count));
      return { referred: 1 - kept / rows, accuracy: accuracy_K[kept - 1]! };
    }),
    area: mean(accuracy_K),
    areaByChance: total / rows,
    areaAtBest: mean(accuracies(best)),
  };
}

/** 1 and 0 from the least uncertain on; a run of equals holds its mean. */
function rightByUncertainty(op: string, right_N: Reals, uncertainty_N: Reals): Float64Array {
  const rows = right_N.length;
  const order = Int32Array.from({ length: rows }, (_, n) => n).sort(
    (a, b) => uncertainty_N[a]! - uncertainty_N[b]!,
  );
  const sorted = Float64Array.from(order, (n) => {
    const right = Number(right_N[n]!);
    if (right !== 0 && right !== 1)
      throw new NumericsError(
        'invalid_data',
        `${op}: right_N holds 0 and 1, got ${right} at ${n}.`,
      );
    return right;
  });
  for (let from = 0, to = 0; from < rows; from = to) {
    while (to < rows && uncertainty_N[order[to]!] === uncertainty_N[order[from]!]) to++;
    sorted.fill(mean(sorted.subarray(from, to)), from, to);
  }
  return sorted;
}

/** Share of right ones among the first 1 .. N. */
function accuracies(right: Float64Array): Float64Array {
  let sum = 0;
  return right.map((x, i) => {
    sum += x;
    return sum / (i + 1);
  });
}

const mean = (values: Float64Array): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
