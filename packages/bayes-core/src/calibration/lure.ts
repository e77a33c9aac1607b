import { NumericsError } from '../errors.js';
import { assertCount, assertFinite, assertLength, type Reals } from '../uncertainty/checks.js';

/**
 * Weights that make a mean over actively chosen items an unbiased estimate of the mean over the pool (LURE).
 *
 * v_m = 1 + (N - M)/(N - m) (1 / ((N - m + 1) q_m) - 1), m = 1..M, where q_m was the chance with which the m-th
 * item was drawn among the N - m + 1 that were open; R = 1/M sum_m v_m loss_m. Drawing by chance alone
 * (q_m = 1/(N - m + 1)) gives ones; a whole pool (M = N) too. The same weights on training losses undo the bias
 * of a training set that was chosen by doubt.
 * Shapes: [M] -> [M].
 * @throws NumericsError `invalid_argument`, `invalid_data` for a chance outside (0, 1]
 * @see Farquhar, Gal, Rainforth 2021 eq. 10. Cost: M.
 */
export function lureWeights(chances_M: Reals, poolRows: number): Float64Array {
  const op = 'lureWeights';
  const drawn = chances_M.length;
  assertCount(op, 'poolRows', poolRows, Math.max(1, drawn));
  return Float64Array.from({ length: drawn }, (_, i) => {
    const chance = chances_M[i]!;
    if (!(chance > 0 && chance <= 1))
      throw new NumericsError(
        'invalid_data',
        `${op}: a chance lies in (0, 1], got ${chance} for draw ${i}. Items must be drawn by chance, not taken from the top.`,
        { op, draw: i, got: chance },
      );
    const open = poolRows - i;
    if (drawn === poolRows) return 1;
    return 1 + ((poolRows - drawn) / (open - 1)) * (1 / (open * chance) - 1);
  });
}

export type RiskEstimate = {
  readonly risk: number;
  /** Of the estimate over repeated draws, taking the weighted losses as independent; null for fewer than two. */
  readonly standardError: number | null;
};

/**
 * The mean loss over a pool from the losses of items that were drawn unevenly.
 *
 * R = 1/M sum_m v_m loss_m with `lureWeights`; standard error sd(v loss)/sqrt(M), times sqrt(1 - M/N).
 * Shapes: [M], [M] -> scalar. Units: those of the loss.
 * @throws NumericsError `shape_mismatch`, `non_finite`, `invalid_argument`, `invalid_data`
 * @see Farquhar, Gal, Rainforth 2021 eq. 9, 10; Kossen et al. 2021 eq. 2. Cost: M.
 */
export function lureRisk(losses_M: Reals, chances_M: Reals, poolRows: number): RiskEstimate {
  const op = 'lureRisk';
  assertLength(op, 'chances_M', chances_M, losses_M.length);
  assertCount(op, 'losses', losses_M.length, 1);
  assertFinite(op, 'losses_M', losses_M);
  const drawn = losses_M.length;
  const weighted = lureWeights(chances_M, poolRows).map((v, m) => v * losses_M[m]!);
  const risk = weighted.reduce((sum, x) => sum + x, 0) / drawn;
  if (drawn < 2) return { risk, standardError: null };
  const variance = weighted.reduce((sum, x) => sum + (x - risk) ** 2, 0) / (drawn - 1);
  return { risk, standardError: Math.sqrt((variance / drawn) * (1 - drawn / poolRows)) };
}
