import { NumericsError } from '@dubio/bayes-core/pure';
import { assertCount, assertFinite, assertLength, type Reals } from '../../uncertainty/checks.js';

/** What a network's last layer sees of N items (or their standardised inputs), row-major [N, D]. */
export type Features = {
  readonly rows: number;
  readonly dimensions: number;
  readonly features_N_D: Float32Array;
};

/** A greedy batch: rows in the order they were picked and what each was worth when it was. */
export type GreedyBatch = { readonly positions: Int32Array; readonly gains: Float64Array };

/** @throws NumericsError `invalid_argument`, `shape_mismatch`, `non_finite` */
export function assertFeatures(op: string, { rows, dimensions, features_N_D }: Features): void {
  assertCount(op, 'rows', rows);
  assertCount(op, 'dimensions', dimensions, 1);
  assertLength(op, 'features_N_D', features_N_D, rows * dimensions);
  assertFinite(op, 'features_N_D', features_N_D);
}

/**
 * @throws NumericsError `shape_mismatch` unless labelled items have features of the same length.
 */
export function assertSameSpace(op: string, pool: Features, labelled: Features | undefined): void {
  if (!labelled) return;
  assertFeatures(op, labelled);
  if (labelled.dimensions !== pool.dimensions)
    throw new NumericsError(
      'shape_mismatch',
      `${op}: labelled items must have ${pool.dimensions} features as the pool has, got ${labelled.dimensions}.`,
      { op, expected: pool.dimensions, got: labelled.dimensions },
    );
}

/** |a - b|^2 of row i of one set and row j of another. Cost: D. */
export function squaredDistance(a: Features, i: number, b: Features, j: number): number {
  const { dimensions } = a;
  const x = a.features_N_D;
  const y = b.features_N_D;
  let at = i * dimensions;
  let other = j * dimensions;
  let sum = 0;
  for (const end = at + dimensions; at < end; at++, other++) {
    const difference = x[at]! - y[other]!;
    sum += difference * difference;
  }
  return sum;
}

/** a_i . b of row i and a vector of D values. Cost: D. */
export function innerProduct(a: Features, i: number, b_D: Float64Array): number {
  const { dimensions, features_N_D } = a;
  const from = i * dimensions;
  let sum = 0;
  for (let d = 0; d < dimensions; d++) sum += features_N_D[from + d]! * b_D[d]!;
  return sum;
}

/** Row i as float64. */
export const rowOf = ({ dimensions, features_N_D }: Features, i: number): Float64Array =>
  Float64Array.from(features_N_D.subarray(i * dimensions, (i + 1) * dimensions));

/** The rows named, in that order. Shapes: [N, D] -> [M, D]. */
export function takeRows(features: Features, rows: Reals): Features {
  const { dimensions, features_N_D } = features;
  const taken = new Float32Array(rows.length * dimensions);
  for (let m = 0; m < rows.length; m++) {
    const from = rows[m]! * dimensions;
    taken.set(features_N_D.subarray(from, from + dimensions), m * dimensions);
  }
  return { rows: rows.length, dimensions, features_N_D: taken };
}

/**
 * The place of the greatest value that is not taken; the first among equals, -1 when all are taken.
 */
export function firstGreatest(values_N: Reals, taken_N: Uint8Array): number {
  let best = -1;
  for (let n = 0; n < values_N.length; n++)
    if (!taken_N[n] && (best < 0 || values_N[n]! > values_N[best]!)) best = n;
  return best;
}
