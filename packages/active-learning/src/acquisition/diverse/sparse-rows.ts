import type { Features } from './features.js';

/** Rows kept as the places in which they differ from a row that most of them agree with. */
export type SparseRows = {
  readonly rows: number;
  readonly dimensions: number;
  readonly common_D: Float32Array;
  /** Row n has the entries from starts[n] to starts[n + 1], by rising place. */
  readonly starts: Int32Array;
  readonly places: Int32Array;
  /** What is added to the common row there. */
  readonly values: Float64Array;
};

/** Above this share of places that differ, plain rows are less work. */
const MOST_ENTRIES = 1 / 8;

/**
 * The rows as differences from their common row; null where they agree in too few places.
 *
 * The common row holds what a majority of the rows has in each dimension, where there is one (votes
 * against each other). So rows with many zeros stay sparse after they were standardised: distances
 * do not feel what is added to all.
 * Shapes: [N, D] -> at most N D / 8 entries. Cost: 2 N D.
 * @see Boyer & Moore 1981 (MJRTY).
 */
export function sparseRows({ rows, dimensions, features_N_D }: Features): SparseRows | null {
  const common_D = majorities(rows, dimensions, features_N_D);
  const most = Math.floor(rows * dimensions * MOST_ENTRIES);
  const starts = new Int32Array(rows + 1);
  const places = new Int32Array(most);
  const values = new Float64Array(most);
  let count = 0;
  for (let n = 0; n < rows; n++) {
    for (let d = 0; d < dimensions; d++) {
      const difference = features_N_D[n * dimensions + d]! - common_D[d]!;
      if (difference === 0) continue;
      if (count === most) return null;
      places[count] = d;
      values[count] = difference;
      count++;
    }
    starts[n + 1] = count;
  }
  return {
    rows,
    dimensions,
    common_D,
    starts,
    places: places.slice(0, count),
    values: values.slice(0, count),
  };
}

function majorities(rows: number, dimensions: number, features_N_D: Float32Array): Float32Array {
  const candidate_D = new Float32Array(dimensions);
  const votes_D = new Int32Array(dimensions);
  for (let n = 0; n < rows; n++)
    for (let d = 0; d < dimensions; d++) {
      const value = features_N_D[n * dimensions + d]!;
      if (votes_D[d] === 0) candidate_D[d] = value;
      votes_D[d]! += candidate_D[d] === value ? 1 : -1;
    }
  return candidate_D;
}
