import { drawActiveTestItems, expectedLoss, type LossSize, lureRisk } from '@dubio/active-learning';
import type { Engine } from '@dubio/bayes-core';
import {
  type Digits,
  drawn,
  errors,
  fitNet,
  logLosses,
  meanOf,
  momentsOf,
  type NetOptions,
  probsOf,
} from './digits.js';

export type TestingRow = {
  readonly metric: 'log-loss' | 'error';
  /** Of the expected loss that chances follow. */
  readonly size: LossSize;
  readonly surrogate: string;
  readonly floor: number;
  readonly labels: number;
  readonly truth: number;
  /** Mean squared errors of the estimate over the draws. */
  readonly random: number;
  readonly active: number;
  /** Of the active estimate. */
  readonly bias: number;
  readonly biasError: number;
};

export type TestingOptions = NetOptions & {
  readonly trainLabels: number;
  readonly samples: number;
  readonly draws: number;
  readonly sizes: readonly number[];
  readonly members: number;
};

const FLOORS = [0.1, 0.3, 0.5] as const;
const SIZES: readonly LossSize[] = ['mean', 'root-mean-square'];

/**
 * How well a metric is known from few test labels: drawn by chance, and drawn by the loss that a
 * surrogate expects. Surrogates:
 * the posterior's own mean, an ensemble that learned the same labels, one network of another seed
 * that learned half as many again, which is what a project has, and an ensemble that learned five
 * times as many. Chances follow the mean of the expected loss, or the root of its mean square. The
 * floor is the least weight of an item, as a share of the mean: what keeps items within reach that
 * the surrogate takes for safe.
 */
export async function testingPart(
  engine: Engine,
  { pool, test }: Digits,
  seed: number,
  options: TestingOptions,
): Promise<TestingRow[]> {
  const { trainLabels, members, ...net } = options;
  const probsFrom = async (labels: number, more: { members?: number; seed?: number }) => {
    const train = drawn(pool, seed, 'train', labels);
    const posterior = await fitNet(engine, train, { ...net, seed, ...more });
    return probsOf(await momentsOf(engine, posterior, test, options.samples));
  };
  const model_N_C = await probsFrom(trainLabels, {});
  const surrogates: [string, Float64Array][] = [
    ['its own posterior', model_N_C],
    [`ensemble of ${members}, same labels`, await probsFrom(trainLabels, { members })],
    ['another seed, 1.5 x labels', await probsFrom(1.5 * trainLabels, { seed: seed + 1000 })],
    [`ensemble of ${members}, 5 x labels`, await probsFrom(5 * trainLabels, { members })],
  ];
  const { rows } = test.features;
  const { classes } = test;
  return (['log-loss', 'error'] as const).flatMap((metric) => {
    const losses = metric === 'log-loss' ? logLosses(model_N_C, test) : errors(model_N_C, test);
    const random = estimates(losses, new Float64Array(rows).fill(1), { ...options, floor: 1 });
    const plans = surrogates.flatMap((own) =>
      SIZES.flatMap((size) => FLOORS.map((floor) => [...own, size, floor] as const)),
    );
    return plans.flatMap(([surrogate, surrogate_N_C, size, floor]) => {
      const wanted = expectedLoss({ rows, classes, model_N_C, surrogate_N_C }, metric, size);
      const active = estimates(losses, wanted, { ...options, floor });
      const truth = meanOf(losses);
      return options.sizes.map((labels, k): TestingRow => {
        const values = active[k]!;
        const mean = meanOf(values);
        const variance = meanOf(values.map((x) => (x - mean) ** 2));
        return {
          metric,
          size,
          surrogate,
          floor,
          labels,
          truth,
          random: meanOf(random[k]!.map((x) => (x - truth) ** 2)),
          active: meanOf(values.map((x) => (x - truth) ** 2)),
          bias: mean - truth,
          biasError: Math.sqrt(variance / values.length),
        };
      });
    });
  });
}

/** Estimates of the mean loss by size, one for each draw. */
function estimates(
  losses: Float64Array,
  wanted: Float64Array,
  { sizes, draws, floor }: TestingOptions & { floor: number },
): number[][] {
  const found: number[][] = sizes.map(() => []);
  for (let seed = 0; seed < draws; seed++) {
    const { positions, chances } = drawActiveTestItems(wanted, {
      count: Math.max(...sizes),
      seed,
      floor,
    });
    sizes.forEach((size, k) => {
      const own = Float64Array.from(positions.subarray(0, size), (n) => losses[n]!);
      found[k]!.push(lureRisk(own, chances.subarray(0, size), losses.length).risk);
    });
  }
  return found;
}
