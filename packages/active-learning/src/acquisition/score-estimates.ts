import { entropyTerm } from '@dubio/bayes-core/pure';
import { assertCount } from '../uncertainty/checks.js';
import { assertLogProbs, type LogProbs } from '../uncertainty/predictive-moments.js';

/** What a few samples say about the score that all samples will give. */
export type ScoreEstimates = {
  readonly rows: number;
  readonly score_N: Float64Array;
  /** Standard error against the score of all T samples, not of infinitely many. */
  readonly standardError_N: Float64Array;
};

/**
 * Estimates each item's BALD score over T samples from the first t of them.
 *
 * BALD over t samples is the mean of d_k = KL(p_k || mean p). It is too small by about b (1/t -
 * 1/T) with b = 1/2 sum_c var_c / p_c, which is added. The d_k are also the influences of the
 * samples on the score, so its standard error is sd(d) sqrt((1/t)(1 - t/T)): the t are drawn from
 * the T without replacement, and at t = T nothing is left to chance.
 * Shapes: [N, t, C] -> [N]. Units: nats.
 * @throws NumericsError `shape_mismatch`, `non_finite`, `invalid_argument`, `invalid_data`
 * @see Houlsby et al. 2011 eq. 2; Miller 1955 (bias of entropies); Cochran 1977 section 2.5 (finite
 * population).
 * Cost: 2 N t C logarithms.
 */
export function estimateBald(first: LogProbs, samples: number): ScoreEstimates {
  const unseen = unseenShare('estimateBald', first, samples);
  return estimateRows(first, unseen, (n) => {
    const { mean, variance, bias } = divergences(first, n);
    return { score: mean + bias * unseen, variance };
  });
}

/**
 * Estimates 1 - (p_a - p_b), one less the gap of the two likeliest classes, over T samples from the
 * first t of them.
 *
 * With p the mean over t samples and a its favourite, the gap is min_c (p_a - p_c), and no further
 * from that of all samples than the worst of the differences p_a - p_c is, also where another class
 * becomes the favourite. So the standard error is the greatest sd(p_ka - p_kc) over the classes c,
 * times sqrt((1/t)(1 - t/T)); the fold at a tie needs no correction of its own.
 * Shapes: [N, t, C] -> [N]. Units: probability.
 * @throws NumericsError `shape_mismatch`, `non_finite`, `invalid_argument`, `invalid_data`
 * @see Cochran 1977 section 2.5 (finite population). Cost: N t C exponentials.
 */
export function estimateMargin(first: LogProbs, samples: number): ScoreEstimates {
  const unseen = unseenShare('estimateMargin', first, samples);
  return estimateRows(first, unseen, (n) => {
    const { gap, variance } = gapOf(first, n);
    return { score: 1 - gap, variance };
  });
}

/**
 * 1/t - 1/T: what is left to chance of a mean over T samples once t of them are known, as a share
 * of their variance.
 */
function unseenShare(op: string, first: LogProbs, samples: number): number {
  assertLogProbs(op, first);
  assertCount(op, 'samples', samples, first.samples);
  assertCount(op, 'first samples', first.samples, 2);
  return 1 / first.samples - 1 / samples;
}

/** Scores of all rows, each with the error that the variance of its samples leaves. */
function estimateRows(
  { rows }: LogProbs,
  unseen: number,
  estimate: (row: number) => { readonly score: number; readonly variance: number },
): ScoreEstimates {
  const score_N = new Float64Array(rows);
  const standardError_N = new Float64Array(rows);
  for (let n = 0; n < rows; n++) {
    const { score, variance } = estimate(n);
    score_N[n] = score;
    standardError_N[n] = Math.sqrt(variance * unseen);
  }
  return { rows, score_N, standardError_N };
}

/**
 * Gap of the two likeliest classes of the mean, and the greatest variance of the favourite's lead
 * over a class.
 */
function gapOf({ samples, classes, logProbs_N_K_C }: LogProbs, row: number) {
  const from = row * samples * classes;
  const probs_K_C = Float64Array.from({ length: samples * classes }, (_, i) =>
    Math.exp(logProbs_N_K_C[from + i]!),
  );
  const sum_C = new Float64Array(classes);
  probs_K_C.forEach((p, i) => {
    sum_C[i % classes]! += p;
  });
  const favourite = sum_C.indexOf(sum_C.reduce((a, b) => Math.max(a, b)));
  let [gap, variance] = [1, 0];
  for (let c = 0; c < classes; c++) {
    if (c === favourite) continue;
    const mean = (sum_C[favourite]! - sum_C[c]!) / samples;
    let squares = 0;
    for (let k = 0; k < samples; k++)
      squares += (probs_K_C[k * classes + favourite]! - probs_K_C[k * classes + c]! - mean) ** 2;
    gap = Math.min(gap, mean);
    variance = Math.max(variance, squares / (samples - 1));
  }
  return { gap, variance };
}

/**
 * Mean and variance of KL(p_k || mean p) over the samples of one item, and 1/2 sum_c var_c /
 * mean_c.
 */
function divergences({ samples, classes, logProbs_N_K_C }: LogProbs, row: number) {
  const from = row * samples * classes;
  const probs_K_C = Float64Array.from({ length: samples * classes }, (_, i) =>
    Math.exp(logProbs_N_K_C[from + i]!),
  );
  let bias = 0;
  const logMean_C = new Float64Array(classes);
  for (let c = 0; c < classes; c++) {
    let sum = 0;
    let squares = 0;
    for (let k = 0; k < samples; k++) {
      sum += probs_K_C[k * classes + c]!;
      squares += probs_K_C[k * classes + c]! ** 2;
    }
    const mean = sum / samples;
    logMean_C[c] = mean > 0 ? Math.log(mean) : 0;
    // Unbiased variance; a class that no sample thinks of says nothing.
    if (mean > 0) bias += Math.max(0, squares - sum * mean) / (samples - 1) / mean / 2;
  }
  let sum = 0;
  let squares = 0;
  for (let k = 0; k < samples; k++) {
    let divergence = 0;
    for (let c = 0; c < classes; c++) {
      const p = probs_K_C[k * classes + c]!;
      divergence -= entropyTerm(p) + p * logMean_C[c]!;
    }
    sum += divergence;
    squares += divergence * divergence;
  }
  const mean = sum / samples;
  return { mean, variance: Math.max(0, squares - sum * mean) / (samples - 1), bias };
}
