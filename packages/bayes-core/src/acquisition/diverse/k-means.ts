import type { Stream } from '../../random/stream.js';
import { assertCount, type Reals } from '../../uncertainty/checks.js';
import { assertFeatures, type Features, squaredDistance, takeRows } from './features.js';
import { drawByWeight } from './keyed-draw.js';

export type Clustering = {
  /** Cluster of each row. */
  readonly cluster_N: Int32Array;
  /** Means of the clusters, [K, D]. */
  readonly centres: Features;
  /** Sum of squared distances of the rows to their centres. */
  readonly inertia: number;
};

const MOST_ITERATIONS = 20;

/** Dimensions summed between two looks at whether a centre can still be the nearest. */
const CHUNK = 16;

/**
 * Groups rows into K clusters of small squared distance (Lloyd's iterations from k-means++ centres).
 *
 * Repeats "each row to its nearest centre, each centre to the mean of its rows" until nothing moves or 20
 * times; a cluster that runs empty keeps its centre. Equals go to the lower centre. A distance is given up once
 * it exceeds the best. Shapes: [N, D] -> [N], [K, D].
 * @throws NumericsError `shape_mismatch`, `non_finite`, `invalid_argument`
 * @see Lloyd 1982; Arthur & Vassilvitskii 2007. Cost: at most 21 N K D; memory N + K D.
 */
export function kMeans(
  features: Features,
  { clusters, source, keys_N }: { clusters: number; source: Stream; keys_N?: Reals | undefined },
): Clustering {
  const op = 'kMeans';
  assertFeatures(op, features);
  assertCount(op, 'clusters', clusters, 1);
  const count = Math.min(clusters, features.rows);
  let centres = firstCentres(features, count, source, keys_N);
  const cluster_N = new Int32Array(features.rows).fill(-1);
  let inertia = 0;
  for (let iteration = 0; iteration < MOST_ITERATIONS; iteration++) {
    const assigned = assign(features, centres, cluster_N);
    inertia = assigned.inertia;
    if (assigned.moved === 0) break;
    centres = meansOf(features, cluster_N, centres);
  }
  return { cluster_N, centres, inertia };
}

function firstCentres(
  features: Features,
  count: number,
  source: Stream,
  keys_N: Reals | undefined,
): Features {
  const { rows } = features;
  const taken_N = new Uint8Array(rows);
  const weights_N = new Float64Array(rows).fill(1);
  const chosen: number[] = [];
  while (chosen.length < count) {
    const drawn = drawByWeight(weights_N, taken_N, source.at(chosen.length), keys_N);
    const isFirst = chosen.length === 0;
    taken_N[drawn] = 1;
    chosen.push(drawn);
    for (let n = 0; n < rows; n++) {
      const distance = squaredDistance(features, n, features, drawn);
      if (isFirst || distance < weights_N[n]!) weights_N[n] = distance;
    }
  }
  return takeRows(features, chosen);
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
