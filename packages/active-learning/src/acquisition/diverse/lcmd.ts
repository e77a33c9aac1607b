import { assertCount } from '../../uncertainty/checks.js';
import { type CoverRequest, nearestToMean } from './core-set.js';
import {
  assertFeatures,
  assertSameSpace,
  type Features,
  type GreedyBatch,
  squaredDistance,
} from './features.js';

/**
 * Picks a batch by the largest cluster's maximum distance (LCMD).
 *
 * Every item belongs to its nearest centre (labelled or picked). Next = the farthest item of the
 * cluster with the greatest sum of squared distances; so crowded regions count more than lonely
 * outliers, unlike in a core-set. Without any centre the item nearest to the mean begins. `gains`
 * are the squared distances to the centre before the pick, 0 for a first item without centres.
 * Equals go to the older centre and the lower row.
 * Shapes: [N, D] -> [min(b, N)]. Units: squared unit of the features.
 * @throws NumericsError `shape_mismatch`, `non_finite`, `invalid_argument`
 * @see Holzmueller, Zaverkin, Kaestner, Steinwart 2023 section 5.2.4, algorithm 9 (TP mode).
 * Cost: (labelled + b) N D; memory 2 N + labelled + b.
 */
export function lcmd({ features, labelled, batchSize }: CoverRequest): GreedyBatch {
  const op = 'lcmd';
  assertFeatures(op, features);
  assertSameSpace(op, features, labelled);
  assertCount(op, 'batchSize', batchSize);
  const { rows } = features;
  const size = Math.min(batchSize, rows);
  const clusters = new Clusters(features);
  for (let j = 0; j < (labelled?.rows ?? 0); j++) clusters.addCentre(labelled!, j);
  const positions = new Int32Array(size);
  const gains = new Float64Array(size);
  for (let step = 0; step < size; step++) {
    const isFirst = clusters.count === 0;
    const picked = isFirst ? nearestToMean(features) : clusters.farthestOfLargest();
    positions[step] = picked;
    gains[step] = isFirst ? 0 : clusters.distance_N[picked]!;
    clusters.take(picked);
    clusters.addCentre(features, picked);
  }
  return { positions, gains };
}

/** Items with their nearest centres, and the sum of squared distances of each centre's items. */
class Clusters {
  readonly distance_N: Float64Array;
  private readonly centre_N: Int32Array;
  private readonly taken_N: Uint8Array;
  count = 0;

  constructor(private readonly features: Features) {
    this.distance_N = new Float64Array(features.rows).fill(Number.POSITIVE_INFINITY);
    this.centre_N = new Int32Array(features.rows).fill(-1);
    this.taken_N = new Uint8Array(features.rows);
  }

  take(row: number): void {
    this.taken_N[row] = 1;
  }

  addCentre(from: Features, row: number): void {
    const centre = this.count++;
    for (let n = 0; n < this.distance_N.length; n++) {
      const distance = squaredDistance(this.features, n, from, row);
      if (distance >= this.distance_N[n]!) continue;
      this.distance_N[n] = distance;
      this.centre_N[n] = centre;
    }
  }

  /** The farthest open item of the cluster whose open items have the greatest sum. */
  farthestOfLargest(): number {
    const sums = new Float64Array(this.count).fill(-1);
    const farthest = new Int32Array(this.count).fill(-1);
    for (let n = 0; n < this.distance_N.length; n++) {
      if (this.taken_N[n]) continue;
      const centre = this.centre_N[n]!;
      const distance = this.distance_N[n]!;
      sums[centre] = Math.max(0, sums[centre]!) + distance;
      const known = farthest[centre]!;
      if (known < 0 || distance > this.distance_N[known]!) farthest[centre] = n;
    }
    let largest = 0;
    for (let c = 1; c < this.count; c++) if (sums[c]! > sums[largest]!) largest = c;
    return farthest[largest]!;
  }
}
