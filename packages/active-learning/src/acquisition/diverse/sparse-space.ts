import type { Features } from './features.js';
import type { Space } from './space.js';
import type { SparseRows } from './sparse-rows.js';

/** Centres in full, as differences from the common row, with |c|^2 of each. */
type Centres = {
  readonly rows: number;
  readonly data_K_D: Float64Array;
  readonly squaredNorm_K: Float64Array;
};

/**
 * Rows as differences from a common row, S of them each.
 * Costs: 2 S a distance of two rows, N K S an assignment, N S + K D a step of the centres.
 */
export function createSparseSpace(points: SparseRows): Space<Centres> {
  const { rows, dimensions, common_D } = points;
  return {
    rows,
    squaredDistance: (i, j) => distanceOfRows(points, i, j),
    centresAt: (chosen) => {
      const data_K_D = new Float64Array(chosen.length * dimensions);
      chosen.forEach((n, k) => {
        addRow(points, n, data_K_D, k * dimensions);
      });
      return withNorms(data_K_D, chosen.length);
    },
    assign: (centres, cluster_N) => assign(points, centres, cluster_N),
    meansOf: (cluster_N, before) => meansOf(points, cluster_N, before),
    featuresOf: ({ rows: count, data_K_D }): Features => ({
      rows: count,
      dimensions,
      features_N_D: Float32Array.from(data_K_D, (value, i) => value + common_D[i % dimensions]!),
    }),
  };
}

/** |x_i - x_j|^2 over the places in which one of the two differs from the common row. */
function distanceOfRows({ starts, places, values }: SparseRows, i: number, j: number): number {
  let [a, b] = [starts[i]!, starts[j]!];
  const [endA, endB] = [starts[i + 1]!, starts[j + 1]!];
  let sum = 0;
  while (a < endA || b < endB) {
    const placeA = a < endA ? places[a]! : Number.POSITIVE_INFINITY;
    const placeB = b < endB ? places[b]! : Number.POSITIVE_INFINITY;
    let difference = 0;
    if (placeA <= placeB) difference += values[a++]!;
    if (placeB <= placeA) difference -= values[b++]!;
    sum += difference * difference;
  }
  return sum;
}

/**
 * |x - c|^2 = |c|^2 + sum over the places of x of (x - c)^2 - c^2; rounding cannot make it
 * negative.
 */
function distanceToCentre(points: SparseRows, n: number, centres: Centres, k: number): number {
  const { starts, places, values, dimensions } = points;
  const { data_K_D, squaredNorm_K } = centres;
  const from = k * dimensions;
  const end = starts[n + 1]!;
  let sum = squaredNorm_K[k]!;
  for (let at = starts[n]!; at < end; at++) {
    const x = values[at]!;
    sum += x * (x - 2 * data_K_D[from + places[at]!]!);
  }
  return Math.max(0, sum);
}

function assign(points: SparseRows, centres: Centres, cluster_N: Int32Array) {
  let moved = 0;
  let inertia = 0;
  for (let n = 0; n < points.rows; n++) {
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let k = 0; k < centres.rows; k++) {
      const distance = distanceToCentre(points, n, centres, k);
      if (distance >= least) continue;
      best = k;
      least = distance;
    }
    if (best !== cluster_N[n]) moved++;
    cluster_N[n] = best;
    inertia += least;
  }
  return { moved, inertia };
}

function meansOf(points: SparseRows, cluster_N: Int32Array, before: Centres): Centres {
  const { dimensions } = points;
  const data_K_D = new Float64Array(before.data_K_D.length);
  const count_K = new Float64Array(before.rows);
  cluster_N.forEach((k, n) => {
    count_K[k]! += 1;
    addRow(points, n, data_K_D, k * dimensions);
  });
  for (let k = 0; k < before.rows; k++) {
    const [from, end] = [k * dimensions, (k + 1) * dimensions];
    if (count_K[k] === 0) data_K_D.set(before.data_K_D.subarray(from, end), from);
    else for (let i = from; i < end; i++) data_K_D[i]! /= count_K[k]!;
  }
  return withNorms(data_K_D, before.rows);
}

function addRow(points: SparseRows, n: number, to: Float64Array, offset: number): void {
  const { starts, places, values } = points;
  for (let at = starts[n]!; at < starts[n + 1]!; at++) to[offset + places[at]!]! += values[at]!;
}

function withNorms(data_K_D: Float64Array, rows: number): Centres {
  const dimensions = data_K_D.length / rows;
  const squaredNorm_K = new Float64Array(rows);
  data_K_D.forEach((value, i) => {
    squaredNorm_K[Math.floor(i / dimensions)]! += value * value;
  });
  return { rows, data_K_D, squaredNorm_K };
}
