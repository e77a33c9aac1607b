import { drawChances, lureRisk, rankPool, scoreItems, Z_95 } from '@dubio/active-learning';
import type { Engine } from '@dubio/bayes-core';
import {
  type Digits,
  drawn,
  fitNet,
  logLosses,
  meanOf,
  momentsOf,
  type NetOptions,
  probsOf,
  uncertaintyOf,
} from './digits.js';

export type RiskRow = {
  readonly rule: string;
  readonly beta: number;
  readonly labels: number;
  readonly truth: number;
  readonly plain: Estimates;
  readonly lure: Estimates;
  /** Share of draws whose truth lies within 1.96 of the standard errors that `lureRisk` tells. */
  readonly coverage: number;
};

export type Estimates = {
  readonly bias: number;
  /** Of the bias, over the draws. */
  readonly error: number;
  readonly rmse: number;
};

export type RiskOptions = NetOptions & {
  readonly firstLabels: number;
  readonly samples: number;
  readonly draws: number;
  readonly sizes: readonly number[];
  readonly rules: readonly (readonly [string, number])[];
};

/**
 * The mean log loss of a pool under one model, estimated from items that a rule draws, over many
 * draws.
 */
export async function riskPart(
  engine: Engine,
  { pool, test }: Digits,
  seed: number,
  options: RiskOptions,
): Promise<RiskRow[]> {
  const first = drawn(test, seed, 'first', options.firstLabels);
  const posterior = await fitNet(engine, first, { ...options, seed });
  const moments = await momentsOf(engine, posterior, pool, options.samples);
  const losses = logLosses(probsOf(moments), pool);
  const truth = meanOf(losses);
  const most = Math.max(...options.sizes);
  return options.rules.flatMap(([rule, beta]) => {
    const scores_N = Float64Array.from(scoreItems(rule, uncertaintyOf(moments)));
    const plain: number[][] = options.sizes.map(() => []);
    const lure: number[][] = options.sizes.map(() => []);
    const hits = options.sizes.map(() => 0);
    for (let draw = 0; draw < options.draws; draw++) {
      const request = { rule, seed: 1_000_003 * seed + draw, scores_N, batchSize: most };
      const { indices } = rankPool({ ...request, queueSize: most, options: { beta } });
      const { chances } = drawChances({ rule, beta, scores_N, drawn: indices })!;
      options.sizes.forEach((size, k) => {
        const own = Float64Array.from(indices.subarray(0, size), (n) => losses[n]!);
        const { risk, standardError } = lureRisk(own, chances.subarray(0, size), losses.length);
        plain[k]!.push(meanOf(own));
        lure[k]!.push(risk);
        if (Math.abs(risk - truth) <= Z_95 * standardError!) hits[k]! += 1;
      });
    }
    return options.sizes.map((labels, k) => ({
      rule,
      beta,
      labels,
      truth,
      plain: estimatesOf(plain[k]!, truth),
      lure: estimatesOf(lure[k]!, truth),
      coverage: hits[k]! / options.draws,
    }));
  });
}

function estimatesOf(values: readonly number[], truth: number): Estimates {
  const mean = meanOf(values);
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (values.length - 1);
  return {
    bias: mean - truth,
    error: Math.sqrt(variance / values.length),
    rmse: Math.sqrt(meanOf(values.map((x) => (x - truth) ** 2))),
  };
}
