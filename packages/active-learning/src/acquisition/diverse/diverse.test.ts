import { type PoolMoments, Sequence, stream } from '@dubio/bayes-core/pure';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerErrors, classErrors } from './answer-errors.js';
import { badge } from './badge.js';
import { bait, fisherWeights } from './bait.js';
import { coreSet } from './core-set.js';
import {
  gradientEmbedding,
  referenceCoreSet,
  referenceLcmd,
  referenceTrace,
  squaredDistanceOf,
} from './diverse.reference.js';
import type { Features } from './features.js';
import { kMeans } from './k-means.js';
import { drawByWeight } from './keyed-draw.js';
import { lcmd } from './lcmd.js';
import { standardise } from './standardise.js';
import { inverseOfPositive, timesMatrix } from './symmetric.js';
import { typicalClustering } from './typical-clustering.js';

type Points = number[][];

/** Points whose float32 values are exact, so that twins in float64 see the same numbers. */
function randomPoints(seed: number, rows: number, dimensions: number): Points {
  const draws = new Sequence(stream(seed));
  return Array.from({ length: rows }, () =>
    Array.from({ length: dimensions }, () => Math.fround(4 * draws.uniform() - 2)),
  );
}

function randomProbs(seed: number, rows: number, classes: number): Points {
  return randomPoints(seed, rows, classes).map((row) => {
    const weights = row.map(Math.exp);
    const total = weights.reduce((a, b) => a + b, 0);
    return weights.map((w) => w / total);
  });
}

const featuresOf = (points: Points, dimensions = points[0]?.length ?? 1): Features => ({
  rows: points.length,
  dimensions,
  features_N_D: Float32Array.from(points.flat()),
});

const shapes = fc.record({
  seed: fc.nat(),
  rows: fc.integer({ min: 1, max: 12 }),
  labelled: fc.integer({ min: 1, max: 4 }),
  dimensions: fc.integer({ min: 1, max: 4 }),
  batchSize: fc.integer({ min: 0, max: 14 }),
});

describe('coreSet', () => {
  it('picks what the definition picks', () => {
    fc.assert(
      fc.property(shapes, ({ seed, rows, labelled, dimensions, batchSize }) => {
        const pool = randomPoints(seed, rows, dimensions);
        const known = randomPoints(seed + 1, labelled, dimensions);
        const { positions } = coreSet({
          features: featuresOf(pool),
          labelled: featuresOf(known),
          batchSize,
        });
        expect([...positions]).toEqual(referenceCoreSet(pool, known, batchSize));
      }),
    );
  });

  it('begins at the middle and goes to the ends of a line, farthest first', () => {
    const features = featuresOf([[0], [1], [5], [6], [11]]);
    const { positions, gains } = coreSet({ features, batchSize: 3 });
    expect([...positions]).toEqual([2, 4, 0]);
    expect(gains[1]).toBe(6);
    expect(gains[2]).toBe(5);
  });
});

describe('lcmd', () => {
  it('picks what the definition picks', () => {
    fc.assert(
      fc.property(shapes, ({ seed, rows, labelled, dimensions, batchSize }) => {
        const pool = randomPoints(seed, rows, dimensions);
        const known = randomPoints(seed + 1, labelled, dimensions);
        const { positions } = lcmd({
          features: featuresOf(pool),
          labelled: featuresOf(known),
          batchSize,
        });
        expect([...positions]).toEqual(referenceLcmd(pool, known, batchSize));
      }),
    );
  });

  it('prefers a crowd to a lonely outlier, which a core-set would take', () => {
    const crowd = Array.from({ length: 20 }, (_, i) => [10 + i / 100]);
    const request = {
      features: featuresOf([...crowd, [-12]]),
      // The outlier is nearest to the second centre, the crowd to the first.
      labelled: featuresOf([[0], [-1]]),
      batchSize: 1,
    };
    expect(coreSet(request).positions[0]).toBe(20);
    expect(lcmd(request).positions[0]).toBe(19);
  });
});

/** Two classes, a number and several choices, with nothing but what gradients come from. */
function fieldsMoments(rows: number, first: number[], second: number[], marks: number[]) {
  const classMoments = (classes: number, probs: number[]) => ({
    kind: 'class' as const,
    rows,
    classes,
    samples: 1,
    meanProbs_N_C: Float64Array.from(probs),
    meanSquareProbs_N_C: Float64Array.from(probs, (p) => p * p),
    expectedEntropy_N: new Float64Array(rows),
    votes_N_C: new Uint16Array(rows * classes),
  });
  const nothing = () => new Float64Array(rows);
  const number = {
    kind: 'number' as const,
    rows,
    samples: 1,
    mean_N: nothing(),
    varianceOfMeans_N: nothing(),
    meanOfVariances_N: nothing(),
  };
  const several = {
    kind: 'choices' as const,
    rows,
    choices: 2,
    samples: 1,
    meanProbs_N_L: Float64Array.from(marks),
    expectedEntropy_N_L: new Float64Array(rows * 2),
    votes_N_L: new Uint16Array(rows * 2),
  };
  const fields = [classMoments(3, first), number, classMoments(2, second), several];
  return {
    kind: 'fields',
    rows,
    samples: 1,
    fields: fields.map((moments, k) => ({ name: `${k}`, deviation: 1, moments })),
  } as unknown as PoolMoments;
}

describe('badge', () => {
  it('measures the gradients without building them', () => {
    fc.assert(
      fc.property(shapes, ({ seed, rows, dimensions }) => {
        const pool = randomPoints(seed, rows, dimensions);
        const probs = randomProbs(seed + 7, rows, 3);
        const gradients = pool.map((h, n) => gradientEmbedding(h, probs[n]!));
        const origin = gradients[0]!.map(() => 0);
        const { positions, gains } = badge({
          features: featuresOf(pool),
          errors: { width: 3, error_N_E: classErrors(probs.flat(), 3) },
          batchSize: rows,
          seed,
        });
        positions.forEach((n, step) => {
          const before = [...positions.subarray(0, step)].map((j) => gradients[j]!);
          const centres = step === 0 ? [origin] : before;
          const distance = Math.min(...centres.map((c) => squaredDistanceOf(gradients[n]!, c)));
          expect(gains[step]).toBeCloseTo(distance, 9);
        });
        const norms = gradients.map((g) => squaredDistanceOf(g, origin));
        expect(norms[positions[0]!]).toBeCloseTo(Math.max(...norms), 9);
      }),
      { numRuns: 50 },
    );
  });

  it('adds the gradients of fields that share a last layer up, and numbers bring none', () => {
    const [rows, dimensions] = [12, 3];
    const pool = randomPoints(5, rows, dimensions);
    const [first, second] = [randomProbs(6, rows, 3), randomProbs(7, rows, 2)];
    const marks = randomProbs(8, rows, 2).flat();
    const moments = fieldsMoments(rows, first.flat(), second.flat(), marks);
    const errors = answerErrors(moments);
    expect(errors.width).toBe(3 + 2 + 2);
    const { positions, gains } = badge({
      features: featuresOf(pool),
      errors,
      batchSize: rows,
      seed: 1,
    });
    // Of several choices each is a class of its own: the gradient of one binary answer at its
    // logit.
    const ofMarks = (n: number) =>
      marks.slice(n * 2, n * 2 + 2).flatMap((p) => {
        const error = p > 0.5 ? p - 1 : p;
        return [...pool[n]!, 1].map((h) => error * h);
      });
    const gradients = pool.map((h, n) => [
      ...gradientEmbedding(h, first[n]!),
      ...gradientEmbedding(h, second[n]!),
      ...ofMarks(n),
    ]);
    positions.forEach((n, step) => {
      const before = [...positions.subarray(0, step)].map((j) => gradients[j]!);
      const centres = step === 0 ? [gradients[0]!.map(() => 0)] : before;
      const distance = Math.min(...centres.map((c) => squaredDistanceOf(gradients[n]!, c)));
      expect(gains[step]).toBeCloseTo(distance, 9);
    });
  });

  it('never takes a copy of a picked item while there is another', () => {
    const points = [[1], [1], [1], [-1]];
    const probs = [0.6, 0.4, 0.6, 0.4, 0.6, 0.4, 0.6, 0.4];
    for (let seed = 0; seed < 20; seed++) {
      const { positions } = badge({
        features: featuresOf(points),
        errors: { width: 2, error_N_E: classErrors(probs, 2) },
        batchSize: 2,
        seed,
      });
      expect(positions).toContain(3);
    }
  });
});

describe('bait', () => {
  it('picks the greatest fall of the trace, and says how far it falls', () => {
    fc.assert(
      fc.property(shapes, ({ seed, rows, labelled, dimensions, batchSize }) => {
        const weigh = (points: Points, from: number) => {
          const draws = new Sequence(stream(from).split('weights'));
          return points.map((h) => ({ h, weight: 0.25 * draws.uniform() }));
        };
        const pool = weigh(randomPoints(seed, rows, dimensions), seed);
        const known = weigh(randomPoints(seed + 1, labelled, dimensions), seed + 1);
        const ridge = 0.5;
        const { positions, gains } = bait({
          features: featuresOf(pool.map(({ h }) => h)),
          weights_N: pool.map(({ weight }) => weight),
          labelled: {
            ...featuresOf(known.map(({ h }) => h)),
            weights_N: known.map(({ weight }) => weight),
          },
          batchSize,
          ridge,
        });
        const taken = [...known];
        positions.forEach((n, step) => {
          const before = referenceTrace(pool, taken, ridge);
          const falls = pool.map((item) => before - referenceTrace(pool, [...taken, item], ridge));
          const open = falls.filter((_, i) => !positions.subarray(0, step).includes(i));
          expect(gains[step]).toBeCloseTo(falls[n]!, 9);
          expect(falls[n]!).toBeGreaterThanOrEqual(Math.max(...open) - 1e-9);
          taken.push(pool[n]!);
        });
      }),
      { numRuns: 50 },
    );
  });

  it('asks most about an item whose favourite is as likely as not', () => {
    const [even, sure, certain] = fisherWeights([0.5, 0.5, 0.9, 0.1, 1, 0], 3, 2);
    expect(even).toBe(0.25);
    expect(sure).toBeCloseTo(0.09, 12);
    expect(certain).toBe(0);
  });

  it('refuses a ridge of zero and negative weights', () => {
    const features = featuresOf([[1], [2]]);
    expect(() => bait({ features, weights_N: [1, 1], batchSize: 1, ridge: 0 })).toThrow(/ridge/);
    expect(() => bait({ features, weights_N: [1, -1], batchSize: 1 })).toThrow(/>= 0/);
  });
});

describe('kMeans and typicalClustering', () => {
  const centres = [
    [0, 0],
    [10, 0],
    [0, 10],
  ];
  /** Three clouds of 30, 20 and 10 items. */
  const clouds = centres.flatMap((centre, c) =>
    randomPoints(40 + c, 30 - 10 * c, 2).map((point) => point.map((x, d) => x / 4 + centre[d]!)),
  );
  const cloudOf = (n: number) => (n < 30 ? 0 : n < 50 ? 1 : 2);

  it('finds the clouds, each row with its nearest centre', () => {
    const features = featuresOf(clouds);
    const found = kMeans(features, { clusters: 3, source: stream(0) });
    const names = clouds.map((_, n) => `${cloudOf(n)} ${found.cluster_N[n]}`);
    expect(new Set(names).size).toBe(3);
    const distances = clouds.map((point, n) =>
      squaredDistanceOf(point, [
        ...found.centres.features_N_D.subarray(
          2 * found.cluster_N[n]!,
          2 * found.cluster_N[n]! + 2,
        ),
      ]),
    );
    expect(distances.reduce((a, b) => a + b, 0)).toBeCloseTo(found.inertia, 3);
  });

  it('takes the middle of the largest cloud first, then of the others', () => {
    const { positions, gains } = typicalClustering({
      features: featuresOf(clouds),
      batchSize: 3,
      queueSize: 6,
      seed: 0,
    });
    expect([...positions].map(cloudOf)).toEqual([0, 1, 2, 0, 1, 2]);
    expect(gains[0]).toBeGreaterThan(gains[3]!);
  });

  it('leaves clouds with labels for later', () => {
    const labelled = featuresOf([[0.1, 0.1]]);
    const { positions } = typicalClustering({
      features: featuresOf(clouds),
      labelled,
      batchSize: 2,
      seed: 0,
    });
    expect([...positions].map(cloudOf)).toEqual([1, 2]);
  });

  it('standardises on the pool, and makes nothing of a dimension that never varies', () => {
    const scaled = standardise(
      featuresOf([
        [1, 7],
        [3, 7],
      ]),
      featuresOf([
        [1, 7],
        [3, 7],
      ]),
    );
    expect([...scaled.features_N_D]).toEqual([-1, 0, 1, 0]);
  });
});

it('drawByWeight draws with the stated chances, and copies of nothing last', () => {
  const weights = Float64Array.of(1, 0, 3, 4);
  const counts = [0, 0, 0, 0];
  const runs = 4_000;
  const none = new Uint8Array(4);
  for (let i = 0; i < runs; i++)
    counts[drawByWeight(weights, none, stream(1).at(i), undefined)]! += 1;
  const chiSquare = [0, 2, 3].reduce((sum, n) => {
    const expected = (runs * weights[n]!) / 8;
    return sum + (counts[n]! - expected) ** 2 / expected;
  }, 0);
  // Chi-square with 2 degrees of freedom exceeds 18.4 once in 10,000 times; the seed is fixed.
  expect(chiSquare).toBeLessThan(18.4);
  expect(counts[1]).toBe(0);
  expect(drawByWeight(weights, Uint8Array.of(1, 0, 1, 1), stream(0), undefined)).toBe(1);
});

it('inverseOfPositive is the inverse, and refuses what is not positive definite', () => {
  const matrix = Float64Array.of(4, 1, 0.5, 1, 3, 0.2, 0.5, 0.2, 2);
  const product = timesMatrix(matrix, inverseOfPositive(matrix, 3), 3);
  product.forEach((x, i) => {
    expect(x).toBeCloseTo(i % 4 === 0 ? 1 : 0, 12);
  });
  expect(() => inverseOfPositive(Float64Array.of(1, 2, 2, 1), 2)).toThrow(/pivot 1/);
});
