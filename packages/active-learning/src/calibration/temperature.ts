import { logSumExp, NumericsError } from '@dubio/bayes-core/pure';
import { assertCount, assertFinite, assertLength, type Reals } from '../uncertainty/checks.js';
import { assertDistributions } from '../uncertainty/predictive-moments.js';
import { assertLabelled, type LabelledProbs, logProbability } from './labelled.js';

export type Temperature = {
  /** Above 1 softens, below 1 sharpens. */
  readonly temperature: number;
  /** Mean negative log likelihood on the fitting items before and after, nats. */
  readonly nllBeforeNats: number;
  readonly nllAfterNats: number;
  /**
   * Whether the best temperature lies outside the allowed range, e.g. because no answer was wrong.
   */
  readonly atLimit: boolean;
};

const LEAST = 0.05;
const GREATEST = 20;

/**
 * Fits one temperature to held-out labelled items, never to training items.
 *
 * Choice: it acts on the logarithm of the MEAN probabilities, q_c ~ p_c^(1/T) with p the posterior
 * predictive. So T = 1 leaves the predictive as it is, answers and their order never change, and
 * the moments suffice: no posterior sample need be kept. It calibrates the total uncertainty; how
 * that splits into epistemic and aleatoric stays the split of the uncalibrated model.
 *
 * T minimises -1/N sum_n ln q_n(y_n), convex in 1/T, so the root of its derivative
 * 1/N sum_n (E_q[ln p] - ln p(y_n)) is bisected; T is kept in [0.05, 20].
 * Shapes: [N, C], [N] -> scalar. Units: none; nats.
 * @throws NumericsError `invalid_argument`, `shape_mismatch`, `non_finite`, `invalid_data`
 * @see Guo et al. 2017 eq. 9, with ln p in place of the logits. Cost: 60 N C exponentials.
 * @see docs/decisions/0021
 */
export function fitTemperature(validation: LabelledProbs): Temperature {
  assertLabelled('fitTemperature', validation);
  const { rows, classes, labels_N } = validation;
  const logProbs_N_C = Float64Array.from(validation.probs_N_C, logProbability);
  const at = (inverse: number) => slopeAndNll(logProbs_N_C, labels_N, { rows, classes, inverse });
  let low = 1 / GREATEST;
  let high = 1 / LEAST;
  const atLimit = at(low).slope >= 0 || at(high).slope <= 0;
  for (let i = 0; i < 60; i++) {
    const middle = Math.sqrt(low * high);
    if (at(middle).slope < 0) low = middle;
    else high = middle;
  }
  const inverse = Math.sqrt(low * high);
  return {
    temperature: 1 / inverse,
    nllBeforeNats: at(1).nll,
    nllAfterNats: at(inverse).nll,
    atLimit,
  };
}

/**
 * Probabilities at a temperature: q_c = p_c^(1/T) / sum_j p_j^(1/T).
 *
 * Shapes: [N, C] -> [N, C]. @throws NumericsError `invalid_argument`, `shape_mismatch`,
 * `non_finite`, `invalid_data`
 * @see Guo et al. 2017 eq. 9. Cost: N C exponentials.
 */
export function applyTemperature(
  probs_N_C: Reals,
  classes: number,
  temperature: number,
): Float64Array {
  const op = 'applyTemperature';
  assertCount(op, 'classes', classes, 2);
  const rows = Math.floor(probs_N_C.length / classes);
  assertLength(op, 'probs_N_C', probs_N_C, rows * classes);
  assertFinite(op, 'probs_N_C', probs_N_C);
  assertDistributions(op, probs_N_C, rows, classes);
  if (!(temperature > 0 && Number.isFinite(temperature)))
    throw new NumericsError(
      'invalid_argument',
      `${op}: a temperature is positive and finite, got ${temperature}.`,
      { op, got: String(temperature) },
    );
  const scaled = Float64Array.from(probs_N_C, (p) => logProbability(p) / temperature);
  for (let n = 0; n < rows; n++) {
    const norm = logSumExp(scaled, n * classes, (n + 1) * classes);
    for (let i = n * classes; i < (n + 1) * classes; i++) scaled[i] = Math.exp(scaled[i]! - norm);
  }
  return scaled;
}

function slopeAndNll(
  logProbs_N_C: Float64Array,
  labels_N: Reals,
  { rows, classes, inverse }: { rows: number; classes: number; inverse: number },
): { slope: number; nll: number } {
  const scaled = new Float64Array(classes);
  let slope = 0;
  let nll = 0;
  for (let n = 0; n < rows; n++) {
    const row = n * classes;
    for (let c = 0; c < classes; c++) scaled[c] = inverse * logProbs_N_C[row + c]!;
    const norm = logSumExp(scaled);
    let expected = 0;
    for (let c = 0; c < classes; c++)
      expected += Math.exp(scaled[c]! - norm) * logProbs_N_C[row + c]!;
    const label = labels_N[n]!;
    slope += expected - logProbs_N_C[row + label]!;
    nll += norm - scaled[label]!;
  }
  return { slope: slope / rows, nll: nll / rows };
}
