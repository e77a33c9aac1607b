import type { Stream } from '@dubio/bayes-core/pure';
import { assertCount, type Reals } from '../../uncertainty/checks.js';
import { assertFeatures, type Features } from './features.js';
import { drawByWeight } from './keyed-draw.js';
import type { Space } from './space.js';
import { spaceOf } from './space-of.js';

export type Clustering = {
  /** Cluster of each row. */
  readonly cluster_N: Int32Array;
  /** Means of the clusters, [K, D]. */
  readonly centres: Features;
  /** Sum of squared distances of the rows to their centres. */
  readonly inertia: number;
};

export type KMeansOptions = {
  readonly clusters: number;
  readonly source: Stream;
  /** Keys that chance goes by; default the row. */
  readonly keys_N?: Reals | undefined;
  /** The space of the features, where it was made before. */
  readonly space?: Space;
};

const MOST_ITERATIONS = 20;

/**
 * Groups rows into K clusters of small squared distance (Lloyd's iterations from k-means++
 * centres).
 *
 * Repeats "each row to its nearest centre, each centre to the mean of its rows" until nothing moves
 * or 20 times; a cluster that runs empty keeps its centre. Equals go to the lower centre. Shapes:
 * [N, D] -> [N], [K, D].
 * @throws NumericsError `shape_mismatch`, `non_finite`, `invalid_argument`
 * @see Lloyd 1982; Arthur & Vassilvitskii 2007. Cost: at most 21 N K D, where rows agree in most
 * places 21 N K times the others; memory N + K D.
 */
export function kMeans(
  features: Features,
  { clusters, source, keys_N, space = spaceOf(features) }: KMeansOptions,
): Clustering {
  const op = 'kMeans';
  assertFeatures(op, features);
  assertCount(op, 'clusters', clusters, 1);
  const count = Math.min(clusters, features.rows);
  let centres = space.centresAt(firstCentres(space, count, source, keys_N));
  const cluster_N = new Int32Array(features.rows).fill(-1);
  let inertia = 0;
  for (let iteration = 0; iteration < MOST_ITERATIONS; iteration++) {
    const assigned = space.assign(centres, cluster_N);
    inertia = assigned.inertia;
    if (assigned.moved === 0) break;
    centres = space.meansOf(cluster_N, centres);
  }
  return { cluster_N, centres: space.featuresOf(centres), inertia };
}

function firstCentres(
  space: Space,
  count: number,
  source: Stream,
  keys_N: Reals | undefined,
): number[] {
  const { rows } = space;
  const taken_N = new Uint8Array(rows);
  const weights_N = new Float64Array(rows).fill(1);
  const chosen: number[] = [];
  while (chosen.length < count) {
    const drawn = drawByWeight(weights_N, taken_N, source.at(chosen.length), keys_N);
    const isFirst = chosen.length === 0;
    taken_N[drawn] = 1;
    chosen.push(drawn);
    for (let n = 0; n < rows; n++) {
      const distance = space.squaredDistance(n, drawn);
      if (isFirst || distance < weights_N[n]!) weights_N[n] = distance;
    }
  }
  return chosen;
}
