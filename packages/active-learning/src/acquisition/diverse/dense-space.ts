import { type Features, squaredDistance, takeRows } from './features.js';
import type { Space } from './space.js';

/** Dimensions summed between two looks at whether a centre can still be the nearest. */
const CHUNK = 16;

/**
 * Rows as they are. Costs: D a distance, at most N K D an assignment, as a distance is given up
 * once it exceeds the best.
 */
export function createDenseSpace(features: Features): Space<Features> {
  return {
    rows: features.rows,
    squaredDistance: (i, j) => squaredDistance(features, i, features, j),
    centresAt: (rows) => takeRows(features, rows),
    assign: (centres, cluster_N) => assign(features, centres, cluster_N),
    meansOf: (cluster_N, before) => meansOf(features, cluster_N, before),
    featuresOf: (centres) => centres,
  };
}

function assign(features: Features, centres: Features, cluster_N: Int32Array) {
  let moved = 0;
  let inertia = 0;
  for (let n = 0; n < features.rows; n++) {
    // The cluster of before is tried first: its distance lets most others be given up early.
    let best = cluster_N[n]! < 0 ? 0 : cluster_N[n]!;
    let least = squaredDistance(features, n, centres, best);
    for (let c = 0; c < centres.rows; c++) {
      const distance = distanceBelow(features, n, centres, c, least);
      if (distance > least || (distance === least && c >= best)) continue;
      best = c;
      least = distance;
    }
    if (best !== cluster_N[n]) moved++;
    cluster_N[n] = best;
    inertia += least;
  }
  return { moved, inertia };
}

/** |a - b|^2, or something greater than `limit` once the sum is. */
function distanceBelow(a: Features, i: number, b: Features, j: number, limit: number): number {
  const { dimensions } = a;
  const x = a.features_N_D;
  const y = b.features_N_D;
  const from = i * dimensions;
  const other = j * dimensions;
  let sum = 0;
  for (let d = 0; d < dimensions && sum <= limit; d += CHUNK) {
    const end = Math.min(dimensions, d + CHUNK);
    for (let k = d; k < end; k++) {
      const difference = x[from + k]! - y[other + k]!;
      sum += difference * difference;
    }
  }
  return sum;
}

function meansOf(features: Features, cluster_N: Int32Array, before: Features): Features {
  const { rows, dimensions, features_N_D } = features;
  const sums = new Float64Array(before.rows * dimensions);
  const counts = new Float64Array(before.rows);
  for (let n = 0; n < rows; n++) {
    const cluster = cluster_N[n]!;
    counts[cluster]! += 1;
    for (let d = 0; d < dimensions; d++)
      sums[cluster * dimensions + d]! += features_N_D[n * dimensions + d]!;
  }
  const means = before.features_N_D.map((kept, i) => {
    const count = counts[Math.floor(i / dimensions)]!;
    return count === 0 ? kept : sums[i]! / count;
  });
  return { ...before, features_N_D: means };
}
