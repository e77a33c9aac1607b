import { argmaxClass, assertLabelled, type LabelledProbs, logProbability } from './labelled.js';
import { type Interval, wilsonInterval } from './proportion.js';

export type PerClass = {
  /** Items whose true class this is. */
  readonly support: number;
  readonly precision: Interval;
  readonly recall: Interval;
};

export type ClassMetrics = {
  readonly rows: number;
  /** Mean negative log likelihood, nats per item. */
  readonly nllNats: number;
  /** Mean squared distance to the one-hot truth, 0 to 2. */
  readonly brier: number;
  readonly accuracy: Interval;
  /** Counts [C, C]: row = true class, column = answered class. */
  readonly confusion_C_C: Float64Array;
  readonly perClass: readonly PerClass[];
};

/**
 * How good predictive probabilities are on labelled items.
 *
 * NLL = -1/N sum_n ln p_n(y_n); Brier = 1/N sum_n sum_c (p_nc - [c = y_n])^2; accuracy, precision
 * and recall with Wilson intervals at 95 %. The likelihood is that of the averaged predictive, not
 * the average of the samples' likelihoods.
 * Shapes: [N, C], [N] -> scalars, [C, C], [C]. Units: nats, shares.
 * @throws NumericsError `invalid_argument`, `shape_mismatch`, `non_finite`, `invalid_data`
 * @see Brier 1950 (sum over classes); Gneiting & Raftery 2007 (proper scores). Cost: N C.
 */
export function classMetrics(input: LabelledProbs): ClassMetrics {
  assertLabelled('classMetrics', input);
  const { rows, classes, probs_N_C, labels_N } = input;
  const confusion_C_C = new Float64Array(classes * classes);
  let nll = 0;
  let brier = 0;
  let correct = 0;
  for (let n = 0; n < rows; n++) {
    const label = labels_N[n]!;
    const answer = argmaxClass(probs_N_C, n, classes);
    nll -= logProbability(probs_N_C[n * classes + label]!);
    for (let c = 0; c < classes; c++)
      brier += (probs_N_C[n * classes + c]! - (c === label ? 1 : 0)) ** 2;
    confusion_C_C[label * classes + answer]! += 1;
    if (answer === label) correct++;
  }
  return {
    rows,
    nllNats: nll / rows,
    brier: brier / rows,
    accuracy: wilsonInterval(correct, rows),
    confusion_C_C,
    perClass: Array.from({ length: classes }, (_, c) => perClass(confusion_C_C, classes, c)),
  };
}

function perClass(confusion_C_C: Float64Array, classes: number, c: number): PerClass {
  let support = 0;
  let answered = 0;
  for (let other = 0; other < classes; other++) {
    support += confusion_C_C[c * classes + other]!;
    answered += confusion_C_C[other * classes + c]!;
  }
  const hits = confusion_C_C[c * classes + c]!;
  return {
    support,
    precision: wilsonInterval(hits, answered),
    recall: wilsonInterval(hits, support),
  };
}
