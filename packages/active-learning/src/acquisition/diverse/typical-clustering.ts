import { stream } from '@dubio/bayes-core/pure';
import { assertCount, type Reals } from '../../uncertainty/checks.js';
import { assertFeatures, assertSameSpace, type Features, type GreedyBatch } from './features.js';
import { kMeans } from './k-means.js';
import type { Space } from './space.js';
import { spaceOf } from './space-of.js';

export type TypicalRequest = {
  readonly features: Features;
  readonly labelled?: Features | undefined;
  /** Items picked before clusters repeat. */
  readonly batchSize: number;
  /** Items wanted in all; beyond the batch the clusters are gone round again. Default the batch. */
  readonly queueSize?: number | undefined;
  readonly seed: number;
  /** Keys that chance goes by; default the row. */
  readonly keys_N?: Reals | undefined;
};

const MOST_CLUSTERS = 500;
const NEIGHBOURS = 20;

/**
 * Picks typical items of different kinds, for a start without any model.
 *
 * Pool and labelled items are grouped into min(labelled + b, 500) clusters; clusters are gone
 * through by fewest labelled items, then by most items, taking the most typical open item of each,
 * round after round.
 * Typicality = 1 / (1 + mean distance to the 20 nearest items of its cluster), the paper's order
 * kept within (0, 1]; an item alone in its cluster has 0. `gains` are typicalities. Equals go to
 * the lower row.
 * Shapes: [N, D] -> [min(queueSize, N)]. Distances ask for features of one scale: see
 * `standardise`.
 * @throws NumericsError `shape_mismatch`, `non_finite`, `invalid_argument`
 * @see Hacohen, Dekel, Weinshall 2022 algorithm 1. Cost: 20 N K D + sum_clusters n^2 D, where rows
 * agree in most places the others take the place of D; memory N + K D.
 */
export function typicalClustering(request: TypicalRequest): GreedyBatch {
  const op = 'typicalClustering';
  const { features, labelled, batchSize, seed, keys_N } = request;
  assertFeatures(op, features);
  assertSameSpace(op, features, labelled);
  assertCount(op, 'batchSize', batchSize);
  const size = Math.min(request.queueSize ?? batchSize, features.rows);
  if (size === 0) return { positions: new Int32Array(0), gains: new Float64Array(0) };
  const all = joined(features, labelled);
  const space = spaceOf(all);
  const { cluster_N } = kMeans(all, {
    space,
    clusters: Math.max(1, Math.min((labelled?.rows ?? 0) + batchSize, MOST_CLUSTERS)),
    source: stream(seed).split('typical'),
    keys_N: keys_N && withLabelledKeys(keys_N, labelled?.rows ?? 0),
  });
  const clusters = ranked(space, cluster_N, features.rows);
  const positions = new Int32Array(size);
  const gains = new Float64Array(size);
  for (let round = 0, at = 0; at < size; round++)
    for (const { typical } of clusters) {
      const next = typical[round];
      if (next === undefined || at === size) continue;
      positions[at] = next.row;
      gains[at] = next.typicality;
      at++;
    }
  return { positions, gains };
}

type Typical = { readonly row: number; readonly typicality: number };

/** Clusters by fewest labelled and most items, each with its open items, most typical first. */
function ranked(space: Space, cluster_N: Int32Array, poolRows: number) {
  const members = new Map<number, number[]>();
  cluster_N.forEach((cluster, n) => {
    const rows = members.get(cluster);
    if (rows) rows.push(n);
    else members.set(cluster, [n]);
  });
  return [...members.values()]
    .map((rows) => ({
      size: rows.length,
      labelled: rows.filter((n) => n >= poolRows).length,
      first: rows[0]!,
      typical: rows
        .filter((n) => n < poolRows)
        .map((row): Typical => ({ row, typicality: typicality(space, row, rows) }))
        .sort((a, b) => b.typicality - a.typicality || a.row - b.row),
    }))
    .sort((a, b) => a.labelled - b.labelled || b.size - a.size || a.first - b.first);
}

/** 1 / (1 + mean distance to the nearest members of the cluster), 0 for one that is alone. */
function typicality(space: Space, row: number, members: readonly number[]): number {
  const distances = Float64Array.from(
    members.filter((n) => n !== row),
    (n) => Math.sqrt(space.squaredDistance(row, n)),
  ).sort();
  const nearest = distances.subarray(0, NEIGHBOURS);
  if (nearest.length === 0) return 0;
  const mean = nearest.reduce((sum, distance) => sum + distance, 0) / nearest.length;
  return 1 / (1 + mean);
}

function joined(features: Features, labelled: Features | undefined): Features {
  if (!labelled?.rows) return features;
  const { rows, dimensions } = features;
  const features_N_D = new Float32Array((rows + labelled.rows) * dimensions);
  features_N_D.set(features.features_N_D);
  features_N_D.set(labelled.features_N_D, rows * dimensions);
  return { rows: rows + labelled.rows, dimensions, features_N_D };
}

/** Labelled items take part in chance too: their keys count down from the greatest there is. */
const withLabelledKeys = (keys_N: Reals, labelled: number): Float64Array =>
  Float64Array.from({ length: keys_N.length + labelled }, (_, n) =>
    n < keys_N.length ? keys_N[n]! : 2 ** 32 - 1 - (n - keys_N.length),
  );
