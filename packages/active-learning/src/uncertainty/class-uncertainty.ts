import { entropyTerm } from '@dubio/bayes-core/pure';
import { withinBounds } from './checks.js';
import { assertMoments, type PredictiveMoments } from './predictive-moments.js';

/**
 * The uncertainty of N items, one number per item and kind. Entropies in nats, the rest in
 * probability.
 */
export type ClassUncertainty = {
  readonly kind: 'class';
  readonly rows: number;
  /** H[mean p], 0 to ln C. */
  readonly total_N: Float64Array;
  /** mean H[p_t], 0 to total. */
  readonly aleatoric_N: Float64Array;
  /** total - aleatoric = mutual information of answer and weights (BALD), 0 to ln C. */
  readonly epistemic_N: Float64Array;
  /** 1 - share of samples that vote for the favourite, 0 to 1 - 1/C. */
  readonly variationRatio_N: Float64Array;
  /** Best minus second best mean probability, 0 to 1: small is uncertain. */
  readonly margin_N: Float64Array;
  /** 1 - best mean probability, 0 to 1 - 1/C. */
  readonly leastConfidence_N: Float64Array;
  /**
   * Mean over the classes of the standard deviation over the samples; only with squares in the
   * moments.
   */
  readonly meanStd_N?: Float64Array;
};

/**
 * Splits the uncertainty of every item into what more labels remove and what they do not.
 *
 * total = H[p], aleatoric = 1/T sum_t H[p_t], epistemic = total - aleatoric, with p = 1/T sum_t
 * p_t; variation ratio = 1 - max_c votes_c / T; margin = p_(1) - p_(2); least confidence = 1 -
 * p_(1); mean-std = 1/C sum_c sqrt(1/T sum_t p_tc^2 - p_c^2).
 *
 * Shapes: [N, C] moments -> [N] each. Units: nats, probabilities. Bounds are asserted: epistemic
 * below 0 or above ln C by more than rounding means the moments do not belong together.
 * @throws NumericsError `shape_mismatch`, `non_finite`, `invalid_data`
 * @see Houlsby et al. 2011 eq. 2; Gal, Islam, Ghahramani 2017 section 4; Kendall et al. 2015
 * (mean-std). Cost: N C logarithms.
 */
export function classUncertainty(moments: PredictiveMoments): ClassUncertainty {
  const op = 'classUncertainty';
  assertMoments(op, moments);
  const { rows, classes, samples, meanProbs_N_C, expectedEntropy_N, votes_N_C } = moments;
  const squares_N_C = moments.meanSquareProbs_N_C;
  const result = emptyUncertainty(rows);
  const meanStd_N = squares_N_C ? new Float64Array(rows) : undefined;
  const logC = Math.log(classes);
  for (let row = 0; row < rows; row++) {
    let total = 0;
    let best = -1;
    let second = -1;
    let favourite = 0;
    let spread = 0;
    for (let i = row * classes; i < (row + 1) * classes; i++) {
      const p = meanProbs_N_C[i]!;
      total += entropyTerm(p);
      if (p > best) {
        second = best;
        best = p;
      } else if (p > second) second = p;
      if (votes_N_C[i]! > favourite) favourite = votes_N_C[i]!;
      if (squares_N_C) spread += Math.sqrt(nonNegative(op, row, squares_N_C[i]! - p * p));
    }
    total = withinBounds(op, 'total', total, { low: 0, high: logC, row });
    const epistemic = withinBounds(op, 'epistemic', total - expectedEntropy_N[row]!, {
      low: 0,
      high: logC,
      row,
    });
    result.total_N[row] = total;
    result.epistemic_N[row] = epistemic;
    result.aleatoric_N[row] = total - epistemic;
    result.variationRatio_N[row] = withinBounds(op, 'variation ratio', 1 - favourite / samples, {
      low: 0,
      high: 1 - 1 / classes,
      row,
    });
    result.margin_N[row] = best - second;
    result.leastConfidence_N[row] = Math.max(0, 1 - best);
    if (meanStd_N) meanStd_N[row] = spread / classes;
  }
  return meanStd_N ? { ...result, meanStd_N } : result;
}

const nonNegative = (op: string, row: number, variance: number): number =>
  withinBounds(op, 'variance of a probability', variance, { low: 0, high: 0.25, row });

function emptyUncertainty(rows: number): Omit<ClassUncertainty, 'meanStd_N'> {
  return {
    kind: 'class',
    rows,
    total_N: new Float64Array(rows),
    aleatoric_N: new Float64Array(rows),
    epistemic_N: new Float64Array(rows),
    variationRatio_N: new Float64Array(rows),
    margin_N: new Float64Array(rows),
    leastConfidence_N: new Float64Array(rows),
  };
}
