import { symmetricEigen } from '../posterior/symmetric-eigen.js';
import type { Rows } from './rows.js';

/** Directions whose share of the variance is less than this carry rounding alone. */
const NEGLIGIBLE = 1e-10;

const ROUNDING = 1e-18;

/** K = U diag(values) U' of a similarity matrix, without directions that carry nothing. */
export type Spectrum = {
  readonly size: number;
  readonly rank: number;
  readonly values_R: Float64Array;
  /** [N, R]. */
  readonly vectors_N_R: Float64Array;
};

/** Shapes: [N, N] symmetric, not negative. Cost: 9 N^3. */
export function spectrumOf(similarities_N_N: Float64Array, size: number): Spectrum {
  const top = similarities_N_N.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  if (top === 0)
    return { size, rank: 0, values_R: new Float64Array(0), vectors_N_R: new Float64Array(0) };
  // Entries of no size next to the greatest are rounding, and what is denormal breaks the QL steps.
  const even = similarities_N_N.map((x) => (Math.abs(x) < ROUNDING * top ? 0 : x / top));
  const { values: shares, vectors } = symmetricEigen(even, size);
  const values = shares.map((share) => share * top);
  const order = Array.from(values.keys()).sort((a, b) => values[b]! - values[a]!);
  const greatest = values[order[0]!] ?? 0;
  const kept = order.filter((k) => values[k]! > NEGLIGIBLE * greatest);
  const vectors_N_R = new Float64Array(size * kept.length);
  for (let n = 0; n < size; n++)
    for (let r = 0; r < kept.length; r++)
      vectors_N_R[n * kept.length + r] = vectors[n * size + kept[r]!]!;
  return {
    size,
    rank: kept.length,
    values_R: Float64Array.from(kept, (k) => values[k]!),
    vectors_N_R,
  };
}

/**
 * Features Phi of the rows of the spectrum with Phi Phi' = 1 + amplitude K: a column of ones, then
 * U sqrt(amplitude values). Shapes: [N, 1 + R].
 */
export function spectrumFeatures(
  { size, rank, values_R, vectors_N_R }: Spectrum,
  amplitude: number,
): Rows {
  const columns = rank + 1;
  const values = new Float64Array(size * columns);
  const scale_R = values_R.map((value) => Math.sqrt(amplitude * value));
  for (let n = 0; n < size; n++) {
    values[n * columns] = 1;
    for (let r = 0; r < rank; r++)
      values[n * columns + 1 + r] = vectors_N_R[n * rank + r]! * scale_R[r]!;
  }
  return { rows: size, columns, values };
}

/**
 * Coefficients A of the kernel's own expansion, so that the logits of any row are
 * intercept + k(row, X) A: A = U sqrt(amplitude / values) B.
 * Shapes: B [C, 1 + R] -> A [N, C], intercept [C].
 */
export function expansionOf(
  { size, rank, values_R, vectors_N_R }: Spectrum,
  amplitude: number,
  coefficients_C_M: Float64Array,
): { expansion_N_C: Float64Array; intercept_C: Float64Array } {
  const columns = rank + 1;
  const classes = coefficients_C_M.length / columns;
  const expansion_N_C = new Float64Array(size * classes);
  const intercept_C = new Float64Array(classes);
  for (let c = 0; c < classes; c++) {
    intercept_C[c] = coefficients_C_M[c * columns]!;
    for (let n = 0; n < size; n++) {
      let sum = 0;
      for (let r = 0; r < rank; r++)
        sum +=
          vectors_N_R[n * rank + r]! *
          Math.sqrt(amplitude / values_R[r]!) *
          coefficients_C_M[c * columns + 1 + r]!;
      expansion_N_C[n * classes + c] = sum;
    }
  }
  return { expansion_N_C, intercept_C };
}
