import {
  type Draw,
  drawChances,
  levelledWeights,
  rankPool,
  scoreItems,
} from '@dubio/active-learning';
import type { Engine } from '@dubio/bayes-core';
import { takeRows } from '../data/dataset.js';
import {
  type Digits,
  doubtOf,
  errors,
  fitNet,
  logLosses,
  meanOf,
  momentsOf,
  type NetOptions,
  probsOf,
} from './digits.js';

export type NetRow = {
  readonly labels: number;
  /** Largest weight over the mean of them. */
  readonly greatest: number;
  readonly plain: { readonly accuracy: number; readonly nll: number };
  readonly levelled: { readonly accuracy: number; readonly nll: number };
};

export type ActiveOptions = NetOptions & {
  readonly rule: string;
  readonly beta: number;
  readonly samples: number;
  readonly firstLabels: number;
  readonly batch: number;
  readonly sizes: readonly number[];
};

/**
 * Active learning by a rule that draws by chance; at some numbers of labels the same rows are also learned with levelled
 * weights. The plain model asks for the labels, so that both learn from the same ones.
 */
export async function netPart(
  engine: Engine,
  { pool, test }: Digits,
  seed: number,
  options: ActiveOptions,
): Promise<NetRow[]> {
  const { rule, beta, samples } = options;
  const rows = pool.features.rows;
  // The pool comes in random order: its first items are a draw by chance alone.
  const places = Array.from({ length: options.firstLabels }, (_, n) => n);
  const draws: (Draw | null)[] = places.map(() => null);
  const judged = async (weights?: Float64Array) => {
    const posterior = await fitNet(engine, takeRows(pool, places), { ...options, seed, weights });
    const probs = probsOf(await momentsOf(engine, posterior, test, samples));
    const nll = meanOf(logLosses(probs, test));
    return { posterior, accuracy: 1 - meanOf(errors(probs, test)), nll };
  };
  const found: NetRow[] = [];
  for (;;) {
    const { posterior, ...plain } = await judged();
    if (options.sizes.includes(places.length)) {
      const weights = levelledWeights(draws, rows);
      const { posterior: _, ...levelled } = await judged(weights);
      const greatest = Math.max(...weights) / meanOf(weights);
      found.push({ labels: places.length, greatest, plain, levelled });
    }
    if (places.length >= Math.max(...options.sizes)) return found;
    const taken = new Set(places);
    const open = Array.from({ length: rows }, (_, n) => n).filter((n) => !taken.has(n));
    const moments = await momentsOf(engine, posterior, takeRows(pool, open), samples);
    const scores_N = Float64Array.from(scoreItems(rule, doubtOf(moments)));
    const request = { rule, seed: 1000 * seed + places.length, scores_N };
    const { indices } = rankPool({
      ...request,
      batchSize: options.batch,
      queueSize: options.batch,
      options: { beta },
    });
    const { chances, among } = drawChances({ rule, beta, scores_N, drawn: indices })!;
    indices.forEach((n, r) => {
      places.push(open[n]!);
      draws.push(chances[r]! > 0 ? { chance: chances[r]!, among: among[r]! } : null);
    });
  }
}
