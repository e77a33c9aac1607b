import { entropyTerm } from '@dubio/bayes-core/pure';
import { assertCount, assertFinite, assertLength, type Reals, withinBounds } from './checks.js';

/** What is kept of T posterior samples of L choices: sums over the samples. */
export type ChoicesSums = {
  readonly rows: number;
  readonly choices: number;
  readonly samples: number;
  /** 1/T sum_t p_t, the probability that a choice is made. */
  readonly meanProbs_N_L: Reals;
  /** 1/T sum_t H[p_t], nats. */
  readonly expectedEntropy_N_L: Reals;
};

/**
 * The uncertainty of N items about L choices, in nats: of each choice, and of the item as their
 * sum.
 */
export type ChoicesUncertainty = {
  readonly kind: 'choices';
  readonly rows: number;
  readonly choices: number;
  /** Sums over the choices, 0 to L ln 2. */
  readonly total_N: Float64Array;
  readonly aleatoric_N: Float64Array;
  readonly epistemic_N: Float64Array;
  /** Of each choice, 0 to ln 2. */
  readonly total_N_L: Float64Array;
  readonly aleatoric_N_L: Float64Array;
  readonly epistemic_N_L: Float64Array;
};

/**
 * Splits the uncertainty about every choice into what more labels remove and what they do not.
 *
 * Of a choice with probability p = 1/T sum_t p_t: total = H[p], aleatoric = 1/T sum_t H[p_t],
 * epistemic = total - aleatoric, with H[p] = -p ln p - (1-p) ln(1-p). Of an item: the sum over its
 * choices. Choices are independent given the weights, so the aleatoric sum is the item's own
 * entropy, and the epistemic sum bounds I(all choices; weights) from above.
 *
 * Shapes: [N, L] moments -> [N] and [N, L]. Units: nats. Bounds ln 2 a choice are asserted.
 * @throws NumericsError `shape_mismatch`, `non_finite`, `invalid_data`
 * @see Houlsby et al. 2011 eq. 2, for each binary answer. Cost: 2 N L logarithms.
 * @see docs/decisions/0101
 */
export function choicesUncertainty(moments: ChoicesSums): ChoicesUncertainty {
  const op = 'choicesUncertainty';
  const { rows, choices, samples, meanProbs_N_L, expectedEntropy_N_L } = moments;
  assertCount(op, 'rows', rows);
  assertCount(op, 'choices', choices, 1);
  assertCount(op, 'samples', samples, 1);
  for (const [name, array] of Object.entries({ meanProbs_N_L, expectedEntropy_N_L })) {
    assertLength(op, name, array, rows * choices);
    assertFinite(op, name, array);
  }
  const size = rows * choices;
  const result: ChoicesUncertainty = {
    kind: 'choices',
    rows,
    choices,
    total_N: new Float64Array(rows),
    aleatoric_N: new Float64Array(rows),
    epistemic_N: new Float64Array(rows),
    total_N_L: new Float64Array(size),
    aleatoric_N_L: new Float64Array(size),
    epistemic_N_L: new Float64Array(size),
  };
  const bits = { low: 0, high: Math.LN2 };
  for (let i = 0; i < size; i++) {
    const row = Math.floor(i / choices);
    const p = withinBounds(op, 'probability', meanProbs_N_L[i]!, { low: 0, high: 1, row });
    const entropy = entropyTerm(p) + entropyTerm(1 - p);
    const total = withinBounds(op, 'total', entropy, { ...bits, row });
    const difference = total - expectedEntropy_N_L[i]!;
    const epistemic = withinBounds(op, 'epistemic', difference, { ...bits, row });
    result.total_N_L[i] = total;
    result.epistemic_N_L[i] = epistemic;
    result.aleatoric_N_L[i] = total - epistemic;
    result.total_N[row]! += total;
    result.epistemic_N[row]! += epistemic;
    result.aleatoric_N[row]! += total - epistemic;
  }
  return result;
}
