import { assertCount } from '../../uncertainty/checks.js';
import {
  assertFeatures,
  assertSameSpace,
  type Features,
  firstGreatest,
  type GreedyBatch,
  squaredDistance,
} from './features.js';

export type CoverRequest = {
  readonly features: Features;
  /** Items that have labels already: centres before the first pick. */
  readonly labelled?: Features | undefined;
  readonly batchSize: number;
};

/**
 * Picks a batch so that every item lies near a picked or labelled one (greedy k-centre).
 *
 * Next = argmax_i min_(j in labelled or picked) |h_i - h_j|; without any centre the item nearest to
 * the mean begins. Greedy is at most twice as wide as the best cover. `gains` are the distances to
 * the nearest centre before the pick (of the first item without centres: infinity has no use, so
 * the distance to the mean). Equals go to the lower row.
 * Shapes: [N, D] -> [min(b, N)]. Units: that of the features.
 * @throws NumericsError `shape_mismatch`, `non_finite`, `invalid_argument`
 * @see Sener & Savarese 2018 algorithm 1; Gonzalez 1985. Cost: (labelled + b) N D; memory N.
 */
export function coreSet({ features, labelled, batchSize }: CoverRequest): GreedyBatch {
  const op = 'coreSet';
  assertFeatures(op, features);
  assertSameSpace(op, features, labelled);
  assertCount(op, 'batchSize', batchSize);
  const { rows } = features;
  const size = Math.min(batchSize, rows);
  const nearest_N = distancesToNearest(features, labelled);
  const taken_N = new Uint8Array(rows);
  const positions = new Int32Array(size);
  const gains = new Float64Array(size);
  for (let step = 0; step < size; step++) {
    const isFirst = step === 0 && !labelled?.rows;
    const picked = isFirst ? nearestToMean(features) : firstGreatest(nearest_N, taken_N);
    positions[step] = picked;
    gains[step] = Math.sqrt(
      isFirst ? squaredDistance(features, picked, meanOf(features), 0) : nearest_N[picked]!,
    );
    taken_N[picked] = 1;
    lowerDistances(nearest_N, features, features, picked);
  }
  return { positions, gains };
}

/** min_j |h_i - h_j|^2 over the labelled items, infinity without any. Cost: labelled N D. */
export function distancesToNearest(
  features: Features,
  labelled: Features | undefined,
): Float64Array {
  const nearest_N = new Float64Array(features.rows).fill(Number.POSITIVE_INFINITY);
  for (let j = 0; j < (labelled?.rows ?? 0); j++) lowerDistances(nearest_N, features, labelled!, j);
  return nearest_N;
}

function lowerDistances(
  nearest_N: Float64Array,
  features: Features,
  centres: Features,
  centre: number,
): void {
  for (let n = 0; n < nearest_N.length; n++) {
    const distance = squaredDistance(features, n, centres, centre);
    if (distance < nearest_N[n]!) nearest_N[n] = distance;
  }
}

/** The mean of all rows as a set of one. */
export function meanOf({ rows, dimensions, features_N_D }: Features): Features {
  const mean_D = new Float64Array(dimensions);
  features_N_D.forEach((x, i) => {
    mean_D[i % dimensions]! += x / rows;
  });
  return { rows: 1, dimensions, features_N_D: Float32Array.from(mean_D) };
}

/** The row nearest to the mean of all. */
export function nearestToMean(features: Features): number {
  const mean = meanOf(features);
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let n = 0; n < features.rows; n++) {
    const distance = squaredDistance(features, n, mean, 0);
    if (distance < least) {
      best = n;
      least = distance;
    }
  }
  return best;
}
