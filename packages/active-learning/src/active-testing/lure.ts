import { NumericsError } from '@dubio/bayes-core/pure';
import { assertCount, assertFinite, assertLength, type Reals } from '../uncertainty/checks.js';

/**
 * Weights that make a mean over actively chosen items an unbiased estimate of the mean over the
 * pool (LURE).
 *
 * v_m = 1 + (N - M)/(N - m) (1 / ((N - m + 1) q_m) - 1), m = 1..M, where q_m was the chance with
 * which the m-th item was drawn among the N - m + 1 that were open; R = 1/M sum_m v_m loss_m.
 * Drawing by chance alone (q_m = 1/(N - m + 1)) gives ones; a whole pool (M = N) too. The same
 * weights on training losses undo the bias of a training set that was chosen by uncertainty.
 * Shapes: [M] -> [M].
 * @throws NumericsError `invalid_argument`, `invalid_data` for a chance outside (0, 1]
 * @see Farquhar, Gal, Rainforth 2021 eq. 10. Cost: M.
 */
export function lureWeights(chances_M: Reals, poolRows: number): Float64Array {
  const op = 'lureWeights';
  const drawn = chances_M.length;
  assertCount(op, 'poolRows', poolRows, Math.max(1, drawn));
  const draws = Array.from(chances_M, (chance, i) => ({ chance, among: poolRows - i }));
  return lureWeightsOfLabels(draws, poolRows);
}

/** A draw by chance: what `lureWeights` has to know of an item. */
export type Draw = {
  /** With which the item was drawn among those that were open. */
  readonly chance: number;
  /** How many were open, the item included. */
  readonly among: number;
};

/**
 * The same weights where draws are told one by one: in several batches, with gaps, or among items
 * that came and went.
 *
 * v_m = 1 + min(1, (N - M)/(a_m - 1)) (1/(a_m q_m) - 1), where item m was drawn with chance q_m
 * among a_m; 1 for an item without a draw, as if it had come by chance alone. M counts all rows, N
 * all items that could be among them. Without gaps a_m = N - m + 1, and this is `lureWeights`; v
 * does not hang on the order of the rows. Where more items have left the pool than were answered
 * the factor would pass 1 and a weight could become negative; at 1 it is an importance weight,
 * 1/(a_m q_m) > 0.
 * Shapes: [M] -> [M].
 * @throws NumericsError `invalid_argument` for N < M; `invalid_data` for a chance outside (0, 1] or
 * a draw among less than one
 * @see Farquhar, Gal, Rainforth 2021 eq. 10. Cost: M.
 */
export function lureWeightsOfLabels(
  draws_M: readonly (Draw | null)[],
  poolRows: number,
): Float64Array {
  const op = 'lureWeightsOfLabels';
  const drawn = draws_M.length;
  assertCount(op, 'poolRows', poolRows, Math.max(1, drawn));
  return Float64Array.from(draws_M, (draw, i) => {
    if (draw === null) return 1;
    assertChance(op, draw.chance, i);
    assertCount(op, 'among', draw.among, 1);
    if (drawn === poolRows || draw.among === 1) return 1;
    const share = Math.min(1, (poolRows - drawn) / (draw.among - 1));
    return 1 + share * (1 / (draw.among * draw.chance) - 1);
  });
}

/**
 * The same weights from the order of the draws, for a pool that others leave as well: those that
 * stay stand for them.
 *
 * v_m = 1 + s_m (1/(a_m q_m) - 1), s_m = max(0, 1 - (M - m)/(a_m - 1)), m = 1..M in the order of
 * the draws, where draw m had the chance q_m among the a_m that were open then. An open item stands
 * for r_m items of the first pool, r_1 = 1, r_(m+1) = r_m (a_m - 1)/a_(m+1), so e_m = (sum_(k<m)
 * r_k loss_k + r_m loss_m / q_m)/a_1 is an unbiased estimate for each m if chance took the others
 * out, and 1/M sum_m v_m loss_m is the mean of them that counts all items alike where q_m = 1/a_m.
 * Without gaps a_m = N - m + 1, and this is `lureWeights`; `lureWeightsOfLabels` knows no order,
 * and lets draws from a pool that has shrunk count too much.
 * Shapes: [M] in the order they were drawn -> [M].
 * @throws NumericsError `invalid_data` for a chance outside (0, 1], `invalid_argument` for a draw
 * among less than one
 * @see Farquhar, Gal, Rainforth 2021 eq. 10, of which it is the form for pools with gaps. Cost: M.
 * @see docs/decisions/0155
 */
export function lureWeightsOfDraws(draws_M: readonly Draw[]): Float64Array {
  const op = 'lureWeightsOfDraws';
  return Float64Array.from(draws_M, ({ chance, among }, i) => {
    assertChance(op, chance, i);
    assertCount(op, 'among', among, 1);
    const after = draws_M.length - i - 1;
    const share = among > 1 ? Math.max(0, 1 - after / (among - 1)) : 0;
    return 1 + share * (1 / (among * chance) - 1);
  });
}

function assertChance(op: string, chance: number, draw: number): void {
  if (chance > 0 && chance <= 1) return;
  throw new NumericsError(
    'invalid_data',
    `${op}: a chance lies in (0, 1], got ${chance} for draw ${draw}. Items must be drawn by chance, not taken from the top.`,
    { op, draw, got: chance },
  );
}

export type RiskEstimate = {
  readonly risk: number;
  /**
   * Of the estimate over repeated draws, taking the weighted losses as independent; null for fewer
   * than two.
   */
  readonly standardError: number | null;
};

/**
 * The mean loss over a pool from the losses of items that were drawn unevenly.
 *
 * R = 1/M sum_m v_m loss_m with `lureWeights`; standard error sd(v loss)/sqrt(M), times sqrt(1 -
 * M/N).
 * Shapes: [M], [M] -> scalar. Units: those of the loss.
 * @throws NumericsError `shape_mismatch`, `non_finite`, `invalid_argument`, `invalid_data`
 * @see Farquhar, Gal, Rainforth 2021 eq. 9, 10; Kossen et al. 2021 eq. 2. Cost: M.
 */
export function lureRisk(losses_M: Reals, chances_M: Reals, poolRows: number): RiskEstimate {
  const op = 'lureRisk';
  assertLength(op, 'chances_M', chances_M, losses_M.length);
  return weightedRisk(losses_M, lureWeights(chances_M, poolRows), poolRows);
}

/**
 * The same from weights that are known: R = 1/M sum_m v_m loss_m and its standard error.
 * Shapes: [M], [M] -> scalar. Units: those of the loss.
 * @throws NumericsError `shape_mismatch`, `non_finite`, `invalid_argument`
 * @see Farquhar, Gal, Rainforth 2021 eq. 9. Cost: M.
 */
export function weightedRisk(losses_M: Reals, weights_M: Reals, poolRows: number): RiskEstimate {
  const op = 'weightedRisk';
  assertLength(op, 'weights_M', weights_M, losses_M.length);
  assertCount(op, 'losses', losses_M.length, 1);
  assertCount(op, 'poolRows', poolRows, losses_M.length);
  assertFinite(op, 'losses_M', losses_M);
  assertFinite(op, 'weights_M', weights_M);
  const drawn = losses_M.length;
  const weighted = Float64Array.from(losses_M, (loss, m) => weights_M[m]! * loss);
  const risk = weighted.reduce((sum, x) => sum + x, 0) / drawn;
  if (drawn < 2) return { risk, standardError: null };
  const variance = weighted.reduce((sum, x) => sum + (x - risk) ** 2, 0) / (drawn - 1);
  return { risk, standardError: Math.sqrt((variance / drawn) * (1 - drawn / poolRows)) };
}
