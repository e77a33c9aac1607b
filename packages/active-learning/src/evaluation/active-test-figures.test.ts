import { Sequence, stream } from '@dubio/bayes-core/pure';
import { describe, expect, it } from 'vitest';
import { drawActiveTestItems } from '../active-testing/active-testing.js';
import { expectedLosses } from '../active-testing/expected-losses.js';
import { type Draw, lureWeightsOfDraws } from '../active-testing/lure.js';
import { activeTestFigures } from './active-test-figures.js';
import type { Judged } from './trust.js';

const POOL = 500;
const BATCHES = 3;
const BATCH = 25;
const LEFT_BETWEEN = 60;
const TRIALS = 400;

/**
 * A model whose probabilities are near the truth, and a surrogate that sees the truth through other
 * noise.
 */
function makePool(seed: number) {
  const random = new Sequence(stream(seed));
  const twoClasses = (ps: number[]) => Float32Array.from(ps.flatMap((p) => [p, 1 - p]));
  const sharp = (logit: number) => 1 / (1 + Math.exp(-logit));
  const logits = Array.from({ length: POOL }, () => 24 * (random.uniform() - 0.35));
  const noisy = (by: number) => logits.map((x) => sharp(x + by * (random.uniform() - 0.5)));
  const model = noisy(6);
  const surrogate = noisy(4);
  const targets = logits.map((x) => (random.uniform() < sharp(x) ? 0 : 1));
  return { model: twoClasses(model), surrogate: twoClasses(surrogate), targets };
}

const classMoments = (meanProbs_N_C: Float32Array) =>
  ({
    kind: 'class',
    rows: meanProbs_N_C.length / 2,
    classes: 2,
    samples: 10,
    meanProbs_N_C,
    meanSquares_N_C: meanProbs_N_C,
    meanEntropies_N: new Float32Array(meanProbs_N_C.length / 2),
    votes_N_C: new Uint32Array(meanProbs_N_C.length),
  }) as unknown as Judged['moments'];

/**
 * Draws in batches; between two of them others leave the pool by chance, as labels that train and
 * control items do.
 */
function drawBatches(losses: ArrayLike<number>, seed: number): { rows: number[]; draws: Draw[] } {
  let open = Array.from({ length: POOL }, (_, n) => n);
  const rows: number[] = [];
  const draws: Draw[] = [];
  for (let batch = 0; batch < BATCHES; batch++) {
    const { positions, chances } = drawActiveTestItems(
      open.map((n) => losses[n]!),
      { count: BATCH, seed: 1_000 * seed + batch, floor: 0.3, keys_N: open },
    );
    positions.forEach((at, m) => {
      rows.push(open[at]!);
      draws.push({ chance: chances[m]!, among: open.length - m });
    });
    const drawn = new Set(rows);
    const left = open.filter((n) => !drawn.has(n));
    const leaving = new Sequence(stream(seed).split('leaving').at(batch));
    for (let i = 0; i < LEFT_BETWEEN; i++)
      left.splice(Math.floor(left.length * leaving.uniform()), 1);
    open = left;
  }
  return { rows, draws };
}

function judgedRows(pool: ReturnType<typeof makePool>, rows: readonly number[]): Judged {
  const probs = Float32Array.from(rows.flatMap((n) => [...pool.model.subarray(2 * n, 2 * n + 2)]));
  return {
    moments: classMoments(probs),
    targets: Float64Array.from(rows, (n) => pool.targets[n]!),
  };
}

const meanOf = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const deviationOf = (values: readonly number[]) => {
  const mean = meanOf(values);
  return Math.sqrt(meanOf(values.map((x) => (x - mean) ** 2)));
};

describe('activeTestFigures', () => {
  const pool = makePool(2);
  const all = judgedRows(pool, [...pool.targets.keys()]);
  const truth = activeTestFigures(
    { activeTest: { weights: pool.targets.map(() => 1), poolRows: POOL } },
    all,
  )!;
  const trial = (losses: ArrayLike<number>) => (seed: number) => {
    const { rows, draws } = drawBatches(losses, seed);
    const weights = [...lureWeightsOfDraws(draws)];
    return activeTestFigures({ activeTest: { weights, poolRows: POOL } }, judgedRows(pool, rows))!;
  };
  const trials = (losses: ArrayLike<number>) =>
    Array.from({ length: TRIALS }, (_, seed) => trial(losses)(seed));
  const losses = expectedLosses(
    classMoments(pool.model) as never,
    classMoments(pool.surrogate) as never,
  );
  const active = trials(losses);
  const random = trials(new Float64Array(POOL).fill(1));

  it.each(['metric', 'nll'] as const)('is unbiased: %s', (figure) => {
    const values = active.map((found) => found[figure]!.value);
    const error = deviationOf(values) / Math.sqrt(TRIALS);
    // Three standard errors: a false alarm once in 370; the seeds are fixed.
    expect(Math.abs(meanOf(values) - truth[figure]!.value)).toBeLessThan(3 * error);
  });

  it.each([
    { figure: 'metric', atMost: 0.8 },
    // Draws follow mistakes; a likelihood rests on a few sure ones, and gains less.
    { figure: 'nll', atMost: 1 },
  ] as const)('is nearer to the truth than random labels: $figure', ({ figure, atMost }) => {
    const off = (all: typeof active) =>
      Math.sqrt(meanOf(all.map((found) => (found[figure]!.value - truth[figure]!.value) ** 2)));
    expect(off(active)).toBeLessThan(atMost * off(random));
  });

  it.each([
    { figure: 'metric', least: 0.9 },
    { figure: 'nll', least: 0.8 },
  ] as const)('knows how far off it is: $figure', ({ figure, least }) => {
    const held = active.filter(({ [figure]: found }) => {
      return found!.low <= truth[figure]!.value && truth[figure]!.value <= found!.high;
    });
    expect(held.length / TRIALS).toBeGreaterThan(least);
    // An interval that holds everything would be no news.
    const width = meanOf(active.map(({ [figure]: found }) => found!.high - found!.low));
    const spread = deviationOf(active.map(({ [figure]: found }) => found!.value));
    expect(width).toBeLessThan(2.5 * 1.96 * spread);
  });

  it('tells no likelihood of a choice below 0 nats, however wide the interval is', () => {
    // One sure mistake among right answers that are nearly certain: the mean less 1.96 errors is
    // negative.
    const probs = Float32Array.from([0.999, 0.001, 0.999, 0.001, 0.999, 0.001, 0.999, 0.001]);
    const judged = { moments: classMoments(probs), targets: Float64Array.of(0, 0, 0, 1) };
    const { nll } = activeTestFigures(
      { activeTest: { weights: [1, 1, 1, 1], poolRows: 400 } },
      judged,
    )!;
    expect(nll!.value - 1.96 * nll!.standardError).toBeLessThan(-1);
    expect(nll!.low).toBe(0);
  });

  it('would be far off if the answers counted alike', () => {
    const plain = Array.from({ length: TRIALS }, (_, seed) => {
      const { rows } = drawBatches(losses, seed);
      const activeTest = { weights: rows.map(() => 1), poolRows: POOL };
      return activeTestFigures({ activeTest }, judgedRows(pool, rows))!.metric!.value;
    });
    expect(meanOf(plain)).toBeLessThan(truth.metric!.value - 0.1);
  });
});

describe('activeTestFigures of few answers', () => {
  const right = Float32Array.from([0.9, 0.1, 0.9, 0.1, 0.9, 0.1]);
  const judged = { moments: classMoments(right), targets: Float64Array.of(0, 0, 0) };

  it('are none below two', () => {
    expect(activeTestFigures({ activeTest: null }, judged)).toBeNull();
    const one = { moments: classMoments(right.subarray(0, 2)), targets: Float64Array.of(0) };
    expect(activeTestFigures({ activeTest: { weights: [1], poolRows: 9 } }, one)).toBeNull();
  });

  it('do not take a model without a mistake so far for perfect', () => {
    const activeTest = { weights: [1, 1, 1], poolRows: 90 };
    const { rows, metric } = activeTestFigures({ activeTest }, judged)!;
    expect(rows).toBe(3);
    expect(metric).toMatchObject({ value: 1, standardError: 0, high: 1 });
    expect(metric!.low).toBeLessThan(0.5);
    expect(metric!.low).toBeGreaterThanOrEqual(0);
  });

  it('give the root of squared errors with the roots of its ends, by hand', () => {
    const moments = {
      kind: 'number',
      rows: 4,
      mean_N: Float32Array.of(1, 2, 3, 4),
      varianceOfMeans_N: Float32Array.of(0.5, 0.5, 0.5, 0.5),
      meanOfVariances_N: Float32Array.of(0.5, 0.5, 0.5, 0.5),
    } as unknown as Judged['moments'];
    const targets = Float64Array.of(2, 2, 5, 4);
    const weights = [0.5, 1, 0.5, 2];
    const found = activeTestFigures(
      { activeTest: { weights, poolRows: 100 } },
      { moments, targets },
    )!;
    // Squared errors 1, 0, 4, 0: weighted 0.5, 0, 2, 0.
    const risk = 2.5 / 4;
    const spread = [0.5, 0, 2, 0].reduce((sum, x) => sum + (x - risk) ** 2, 0) / 3;
    const error = Math.sqrt((spread / 4) * (1 - 4 / 100));
    expect(found.metric!.value).toBeCloseTo(Math.sqrt(risk), 12);
    expect(found.metric!.standardError).toBeCloseTo(error / (2 * Math.sqrt(risk)), 12);
    expect(found.metric!.low).toBe(0);
    expect(found.metric!.high).toBeCloseTo(Math.sqrt(risk + 1.959963984540054 * error), 12);
    expect(found.effectiveRows).toBeCloseTo(16 / 5.5, 12);
    expect(found.nll!.value).toBeCloseTo((4 * 0.5 * Math.log(2 * Math.PI) + (0.5 + 2) / 2) / 4, 6);
  });
});
