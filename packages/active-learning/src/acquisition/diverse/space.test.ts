import { Sequence, stream } from '@dubio/bayes-core/pure';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDenseSpace } from './dense-space.js';
import type { Features } from './features.js';
import { kMeans } from './k-means.js';
import type { Space } from './space.js';
import { type SparseRows, sparseRows } from './sparse-rows.js';
import { createSparseSpace } from './sparse-space.js';
import { standardise } from './standardise.js';

const DIMENSIONS = 60;

/**
 * Rows with few words each out of many, standardised: no value is 0 any more. Weights differ, so
 * that no distances tie.
 */
function weightedWords(seed: number, rows: number): Features {
  const draws = new Sequence(stream(seed));
  const features_N_D = new Float32Array(rows * DIMENSIONS);
  for (let n = 0; n < rows; n++)
    for (let word = 0; word < 3; word++)
      features_N_D[n * DIMENSIONS + Math.floor(draws.uniform() * DIMENSIONS)] = draws.uniform();
  const counts = { rows, dimensions: DIMENSIONS, features_N_D };
  return standardise(counts, counts);
}

const greatestGap = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);

const sparse = (features: Features) => sparseRows(features) as SparseRows;

describe('rows that agree in most places', () => {
  it('come back from what sets them apart, an eighth of the places at most', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 8, max: 40 }), (seed, rows) => {
        const features = weightedWords(seed, rows);
        const { starts, places, values, common_D } = sparse(features);
        expect(values.length).toBeLessThanOrEqual((rows * DIMENSIONS) / 8);
        const back = Float32Array.from(features.features_N_D, (_, i) => common_D[i % DIMENSIONS]!);
        for (let n = 0; n < rows; n++)
          for (let at = starts[n]!; at < starts[n + 1]!; at++)
            back[n * DIMENSIONS + places[at]!]! += values[at]!;
        expect(greatestGap(back, features.features_N_D)).toBeLessThan(1e-5);
      }),
    );
  });

  it('are kept as they are where they agree in few', () => {
    const draws = new Sequence(stream(1));
    const features_N_D = Float32Array.from({ length: 20 * 5 }, () => draws.uniform());
    expect(sparseRows({ rows: 20, dimensions: 5, features_N_D })).toBeNull();
  });

  it('have the distances, nearest centres and means of plain rows', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 8, max: 40 }),
        fc.integer({ min: 1, max: 6 }),
        (seed, rows, clusters) => {
          const features = weightedWords(seed, rows);
          const spaces = [createDenseSpace(features), createSparseSpace(sparse(features))] as const;
          const draws = new Sequence(stream(seed).split('clusters'));
          const cluster_N = Int32Array.from({ length: rows }, () =>
            Math.floor(draws.uniform() * clusters),
          );
          const step = <Centres>(space: Space<Centres>) => {
            const first = space.centresAt(Array.from({ length: clusters }, (_, k) => k));
            const means = space.meansOf(cluster_N, first);
            return {
              distances: Array.from({ length: rows }, (_, n) => space.squaredDistance(n, 0)),
              means: space.featuresOf(means).features_N_D,
              inertia: space.assign(means, new Int32Array(rows).fill(-1)).inertia,
            };
          };
          const [plain, own] = [step(spaces[0]), step(spaces[1])];
          expect(greatestGap(own.distances, plain.distances)).toBeLessThan(1e-3);
          expect(greatestGap(own.means, plain.means)).toBeLessThan(1e-5);
          expect(Math.abs(own.inertia - plain.inertia)).toBeLessThan(1e-5 * (1 + plain.inertia));
        },
      ),
    );
  });

  it('come to the clusters of plain rows where groups are clear', () => {
    const draws = new Sequence(stream(3));
    const rows = 300;
    const features_N_D = new Float32Array(rows * DIMENSIONS);
    for (let n = 0; n < rows; n++)
      for (let word = 0; word < 4; word++)
        features_N_D[n * DIMENSIONS + (n % 3) * 20 + word * 5] = 3 + draws.uniform();
    const features = { rows, dimensions: DIMENSIONS, features_N_D };
    const source = stream(8);
    const one = kMeans(features, { clusters: 3, source });
    const other = kMeans(features, { clusters: 3, source, space: createDenseSpace(features) });
    expect(sparseRows(features)).not.toBeNull();
    expect(one.cluster_N).toEqual(other.cluster_N);
    expect(new Set(one.cluster_N).size).toBe(3);
    expect(one.inertia / other.inertia).toBeCloseTo(1, 5);
  });
});
