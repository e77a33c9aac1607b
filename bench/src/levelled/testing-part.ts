import { drawTestItems, type Engine, expectedLoss, lureRisk } from '@dubio/bayes-core';
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
  readonly surrogate: string;
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

/**
 * How well a metric is known from few test labels: drawn by chance, and drawn by the loss that a surrogate expects. Surrogates:
 * the posterior's own mean, and an ensemble that learned the same labels.
 */
export async function testingPart(
  engine: Engine,
  { pool, test }: Digits,
  seed: number,
  options: TestingOptions,
): Promise<TestingRow[]> {
  const train = drawn(pool, seed, 'train', options.trainLabels);
  const probsFrom = async (members?: number) => {
    const more = members === undefined ? {} : { members };
    const posterior = await fitNet(engine, train, { ...options, seed, ...more });
    return probsOf(await momentsOf(engine, posterior, test, options.samples));
  };
  const model_N_C = await probsFrom();
  const surrogates: [string, Float64Array][] = [
    ['its own posterior', model_N_C],
    [`ensemble of ${options.members}`, await probsFrom(options.members)],
  ];
  const { rows } = test.features;
  const { classes } = test;
  return (['log-loss', 'error'] as const).flatMap((metric) => {
    const losses = metric === 'log-loss' ? logLosses(model_N_C, test) : errors(model_N_C, test);
    const random = estimates(losses, new Float64Array(rows).fill(1), options);
    return surrogates.flatMap(([surrogate, surrogate_N_C]) => {
      const wanted = expectedLoss({ rows, classes, model_N_C, surrogate_N_C }, metric);
      const active = estimates(losses, wanted, options);
      const truth = meanOf(losses);
      return options.sizes.map((labels, k): TestingRow => {
        const values = active[k]!;
        const mean = meanOf(values);
        const variance = meanOf(values.map((x) => (x - mean) ** 2));
        return {
          metric,
          surrogate,
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
  { sizes, draws }: TestingOptions,
): number[][] {
  const found: number[][] = sizes.map(() => []);
  for (let seed = 0; seed < draws; seed++) {
    const { positions, chances } = drawTestItems(wanted, { count: Math.max(...sizes), seed });
    sizes.forEach((size, k) => {
      const own = Float64Array.from(positions.subarray(0, size), (n) => losses[n]!);
      found[k]!.push(lureRisk(own, chances.subarray(0, size), losses.length).risk);
    });
  }
  return found;
}
