import { Sequence, stream } from '@dubio/bayes-core/pure';
import { describe, expect, it } from 'vitest';
import {
  drawActiveTestItems,
  expectedLoss,
  expectedSquaredError,
  type LossSize,
} from './active-testing.js';
import { lureRisk, lureWeights, lureWeightsOfLabels, weightedRisk } from './lure.js';

const losses = Array.from({ length: 12 }, (_, n) => (n % 4 === 0 ? 2 + n / 10 : 0.1));
const truth = losses.reduce((a, b) => a + b, 0) / losses.length;

/** Mean and standard error over the seeds. */
function over(runs: number, estimate: (seed: number) => number) {
  const values = Array.from({ length: runs }, (_, seed) => estimate(seed));
  const mean = values.reduce((a, b) => a + b, 0) / runs;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (runs - 1);
  return { mean, error: Math.sqrt(variance / runs), variance };
}

describe('lureWeights', () => {
  it('are ones for draws by chance alone and for a whole pool', () => {
    const chances = Array.from({ length: 5 }, (_, i) => 1 / (12 - i));
    for (const v of lureWeights(chances, 12)) expect(v).toBeCloseTo(1, 12);
    expect([...lureWeights([0.5, 1], 2)]).toEqual([1, 1]);
  });

  it('make the mean of uneven draws an unbiased estimate, which the plain mean is not', () => {
    const draw = (seed: number) => drawActiveTestItems(losses, { count: 5, seed, floor: 0.5 });
    const weighted = over(4_000, (seed) => {
      const { positions, chances } = draw(seed);
      return lureRisk(
        Array.from(positions, (n) => losses[n]!),
        chances,
        losses.length,
      ).risk;
    });
    const plain = over(4_000, (seed) => {
      const { positions } = draw(seed);
      return positions.reduce((sum, n) => sum + losses[n]! / positions.length, 0);
    });
    // Four standard errors: a false alarm once in 16,000; the seeds are fixed.
    expect(Math.abs(weighted.mean - truth)).toBeLessThan(4 * weighted.error);
    expect(plain.mean - truth).toBeGreaterThan(10 * plain.error);
  });

  it('refuse an item that was taken for sure or could not be drawn', () => {
    expect(() => lureWeights([0], 3)).toThrow(/\(0, 1\]/);
    expect(() => lureRisk([1], [1, 1], 3)).toThrow(/chances_M/);
  });
});

describe('lureWeightsOfLabels', () => {
  const chances = [0.3, 0.05, 0.2];

  it('are those of LURE where draws follow without a gap, in whatever order they are told', () => {
    const draws = chances.map((chance, m) => ({ chance, among: 12 - m }));
    const expected = [...lureWeights(chances, 12)];
    // By the formula of the paper, item by item.
    chances.forEach((q, i) => {
      const m = i + 1;
      const v = 1 + ((12 - 3) / (12 - m)) * (1 / ((12 - m + 1) * q) - 1);
      expect(expected[i]).toBeCloseTo(v, 12);
    });
    expect([...lureWeightsOfLabels(draws, 12)]).toEqual(expected);
    expect([...lureWeightsOfLabels(draws.toReversed(), 12)]).toEqual(expected.toReversed());
  });

  it('count 1 without a draw, and stay positive where more items left the pool than were answered', () => {
    const [none, gap, last] = lureWeightsOfLabels(
      [null, { chance: 0.9, among: 4 }, { chance: 1, among: 1 }],
      12,
    );
    expect(none).toBe(1);
    expect(gap).toBeCloseTo(1 / 3.6, 12);
    expect(last).toBe(1);
  });

  it('count 1 for the only item that was open, whatever chance it is said to have had', () => {
    // Nothing was chosen: by the formula alone this would be 1 / 0.5.
    expect([...lureWeightsOfLabels([{ chance: 0.5, among: 1 }], 12)]).toEqual([1]);
    expect([...lureWeightsOfLabels([{ chance: 0.5, among: 1 }], 1)]).toEqual([1]);
  });

  it('refuse what is no draw', () => {
    expect(() => lureWeightsOfLabels([{ chance: Number.NaN, among: 3 }], 5)).toThrow(/\(0, 1\]/);
    expect(() => lureWeightsOfLabels([{ chance: 0.5, among: 0 }], 5)).toThrow(/among/);
    expect(() => lureWeightsOfLabels([null, null], 1)).toThrow(/poolRows/);
  });
});

describe('drawActiveTestItems', () => {
  it('gives distinct items with the chances they were drawn with', () => {
    const { positions, chances } = drawActiveTestItems([3, 1, 0], {
      count: 3,
      seed: 4,
      floor: 0.3,
    });
    expect([...positions].sort()).toEqual([0, 1, 2]);
    // Weights 3, 1 and 0.3 of the mean 4/3.
    const weights = [3, 1, 0.4];
    let open = 4.4;
    positions.forEach((n, m) => {
      expect(chances[m]).toBeCloseTo(weights[n]! / open, 12);
      open -= weights[n]!;
    });
  });

  it('draws each item first as often as its chance says, and each order too', () => {
    const runs = 20_000;
    const counts = new Map<string, number>();
    for (let seed = 0; seed < runs; seed++) {
      const [a, b] = drawActiveTestItems([3, 1, 0], { count: 2, seed, floor: 0.3 }).positions;
      counts.set(`${a}${b}`, (counts.get(`${a}${b}`) ?? 0) + 1);
    }
    const weights = [3, 1, 0.4];
    for (const [a, b] of [
      [0, 1],
      [0, 2],
      [1, 0],
      [1, 2],
      [2, 0],
      [2, 1],
    ] as const) {
      const share = (weights[a]! / 4.4) * (weights[b]! / (4.4 - weights[a]!));
      const error = Math.sqrt((share * (1 - share)) / runs);
      // Four standard errors six times: a false alarm once in 2,600; the seeds are fixed.
      expect(Math.abs((counts.get(`${a}${b}`) ?? 0) / runs - share)).toBeLessThan(4 * error);
    }
  });

  it('draws the same items from a pool in another order, as chance goes by their keys', () => {
    const keys = losses.map((_, n) => 100 + 7 * n);
    const turned = losses.map((_, n) => (5 * n + 3) % losses.length);
    for (let seed = 0; seed < 20; seed++) {
      const straight = drawActiveTestItems(losses, { count: 5, seed, keys_N: keys });
      const other = drawActiveTestItems(
        turned.map((n) => losses[n]!),
        { count: 5, seed, keys_N: turned.map((n) => keys[n]!) },
      );
      expect(Array.from(other.positions, (at) => turned[at]!)).toEqual([...straight.positions]);
      other.chances.forEach((chance, m) => {
        expect(chance).toBeCloseTo(straight.chances[m]!, 12);
      });
    }
  });

  it('spreads least where chances follow the root mean square, if answers are a matter of chance', () => {
    // A mistake is made on item n with probability p_n; whether it is, is drawn anew for every
    // estimate.
    const mistakes = Array.from({ length: 60 }, (_, n) => (n % 3 === 0 ? 0.4 : 0.02));
    const surrogate_N_C = mistakes.flatMap((p) => [1 - p, p]);
    const input = {
      rows: mistakes.length,
      classes: 2,
      model_N_C: mistakes.flatMap(() => [0.9, 0.1]),
      surrogate_N_C,
    };
    const squaredError = (size: LossSize) => {
      const wanted = expectedLoss(input, 'error', size);
      return over(6_000, (seed) => {
        const answers = new Sequence(stream(seed).split('answers'));
        const wrong = mistakes.map((p) => (answers.uniform() < p ? 1 : 0));
        const { positions, chances } = drawActiveTestItems(wanted, { count: 8, seed, floor: 0.01 });
        const { risk } = lureRisk(
          Array.from(positions, (n) => wrong[n]!),
          chances,
          wrong.length,
        );
        return (risk - wrong.reduce<number>((a, b) => a + b, 0) / wrong.length) ** 2;
      });
    };
    const [mean, root] = [squaredError('mean'), squaredError('root-mean-square')];
    expect(root.mean + 4 * root.error).toBeLessThan(mean.mean - 4 * mean.error);
  });

  it('estimates with less spread than draws by chance when the surrogate is right', () => {
    const active = over(2_000, (seed) => {
      const { positions, chances } = drawActiveTestItems(losses, { count: 4, seed });
      return lureRisk(
        Array.from(positions, (n) => losses[n]!),
        chances,
        losses.length,
      ).risk;
    });
    const uniform = over(2_000, (seed) => {
      const { positions } = drawActiveTestItems(
        losses.map(() => 1),
        { count: 4, seed },
      );
      return positions.reduce((sum, n) => sum + losses[n]! / 4, 0);
    });
    expect(active.variance).toBeLessThan(uniform.variance / 2);
  });
});

it('expectedLoss is the loss averaged over what the surrogate believes', () => {
  const input = {
    rows: 2,
    classes: 2,
    model_N_C: [0.8, 0.2, 0.5, 0.5],
    surrogate_N_C: [0.6, 0.4, 0, 1],
  };
  const [first, second] = expectedLoss(input, 'log-loss');
  expect(first).toBeCloseTo(-0.6 * Math.log(0.8) - 0.4 * Math.log(0.2), 12);
  expect(second).toBeCloseTo(Math.log(2), 12);
  const [firstSize] = expectedLoss(input, 'log-loss', 'root-mean-square');
  expect(firstSize).toBeCloseTo(Math.sqrt(0.6 * Math.log(0.8) ** 2 + 0.4 * Math.log(0.2) ** 2), 12);
  expect(expectedLoss(input, 'error', 'root-mean-square')[0]).toBeCloseTo(Math.sqrt(0.4), 12);
  const errors = expectedLoss(input, 'error');
  expect(errors[0]).toBeCloseTo(0.4, 12);
  expect(errors[1]).toBe(1);
});

describe('expectedLoss', () => {
  it('of mistakes goes by the class that the model favours, wherever it stands', () => {
    const surrogate_N_C = [0.5, 0.3, 0.2, 0.5, 0.3, 0.2];
    const model_N_C = [0.1, 0.7, 0.2, 0.1, 0.2, 0.7];
    const [second, third] = expectedLoss(
      { rows: 2, classes: 3, model_N_C, surrogate_N_C },
      'error',
    );
    expect(second).toBeCloseTo(1 - 0.3, 12);
    expect(third).toBeCloseTo(1 - 0.2, 12);
  });

  it.each(['model_N_C', 'surrogate_N_C'] as const)('refuses %s that is no distribution', (name) => {
    const input = { rows: 1, classes: 2, model_N_C: [0.5, 0.5], surrogate_N_C: [0.5, 0.5] };
    const withProbs = (probs_N_C: number[]) => () =>
      expectedLoss({ ...input, [name]: probs_N_C }, 'error');
    expect(withProbs([1])).toThrow(new RegExp(name));
    expect(withProbs([Number.NaN, 1])).toThrow(new RegExp(name));
    expect(withProbs([0.5, 0.4])).toThrow(/expectedLoss/);
  });
});

it('expectedSquaredError is the squared error averaged over what the surrogate believes', () => {
  // A surrogate that takes 1.5 and 2.5 for equally likely, and one that is sure.
  const believed = [1.5, 2.5];
  const mean = believed.reduce((sum, y) => sum + (y - 3) ** 2 / 2, 0);
  const found = expectedSquaredError({
    model_N: [3, 1],
    surrogateMean_N: [2, -1],
    surrogateVariance_N: [0.25, 0],
  });
  expect(found[0]).toBeCloseTo(mean, 12);
  expect(found[1]).toBe(4);
  // E (a + b z)^4 of a Gaussian z by the trapezoid rule, which is exact to the last digits here.
  let fourth = 0;
  for (let z = -12; z <= 12; z += 0.01)
    fourth += (0.01 * (1 + 0.5 * z) ** 4 * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
  const sizes = expectedSquaredError(
    { model_N: [3, 1], surrogateMean_N: [2, -1], surrogateVariance_N: [0.25, 0] },
    'root-mean-square',
  );
  expect(sizes[0]).toBeCloseTo(Math.sqrt(fourth), 9);
  expect(sizes[1]).toBe(4);
  expect(() =>
    expectedSquaredError({ model_N: [1], surrogateMean_N: [1], surrogateVariance_N: [-1] }),
  ).toThrow(/>= 0/);
  expect(() =>
    expectedSquaredError({ model_N: [1], surrogateMean_N: [1, 2], surrogateVariance_N: [1] }),
  ).toThrow(/surrogateMean_N/);
});

it('lureRisk knows its standard error by hand', () => {
  const draws = new Sequence(stream(0));
  const values = Array.from({ length: 6 }, () => draws.uniform());
  const { standardError } = lureRisk(
    values,
    values.map((_, i) => 1 / (6 - i)),
    6,
  );
  expect(standardError).toBe(0);
  expect(lureRisk([2], [1 / 6], 6)).toEqual({ risk: 2, standardError: null });
  // Weighted losses 1, 4 and 1: mean 2, variance 3; three of twelve.
  const three = weightedRisk([1, 2, 0.5], [1, 2, 2], 12);
  expect(three.risk).toBeCloseTo(2, 12);
  expect(three.standardError).toBeCloseTo(Math.sqrt((3 / 3) * (1 - 3 / 12)), 12);
  const two = weightedRisk([1, 3], [1, 1], 4);
  expect(two.standardError).toBeCloseTo(Math.sqrt((2 / 2) * (1 - 2 / 4)), 12);
});

it('a chance outside (0, 1] is refused, with the draw that has it', () => {
  for (const chance of [0, -0.1, 1.5, Number.NaN])
    expect(() => lureWeights([0.5, chance], 4)).toThrow(/for draw 1/);
  expect(() => lureWeights([0.5, 1], 4)).not.toThrow();
});
