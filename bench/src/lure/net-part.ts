import { chooseNext, type Draw, lureWeightsOfLabels } from '@dubio/active-learning';
import type { Engine } from '@dubio/bayes-core';
import { takeRows } from '../data/dataset.js';
import { modelOf, poolOf } from '../data/dataset-pool.js';
import {
  type Digits,
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
  readonly lure: { readonly accuracy: number; readonly nll: number };
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
 * Active learning by a rule that draws by chance; at some numbers of labels the same rows are also
 * learned with LURE weights. The plain model asks for the labels, so that both learn from the same
 * ones.
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
      const weights = lureWeightsOfLabels(draws, rows);
      const { posterior: _, ...lure } = await judged(weights);
      const greatest = Math.max(...weights) / meanOf(weights);
      found.push({ labels: places.length, greatest, plain, lure });
    }
    if (places.length >= Math.max(...options.sizes)) return found;
    const taken = new Set(places);
    const model = await modelOf(engine, posterior, samples);
    const { queue } = await chooseNext({
      acquisition: { rule, beta, batchSize: options.batch },
      queueSize: options.batch,
      batch: options.batch,
      seed: 1000 * seed + places.length,
      open: Int32Array.from({ length: rows }, (_, n) => n).filter((n) => !taken.has(n)),
      labelled: places,
      pool: poolOf(pool),
      model,
    });
    await model.dispose();
    queue.ordinal.forEach((n, r) => {
      const [chance, among] = [queue.drawChance[r]!, queue.drawnAmong[r]!];
      places.push(n);
      draws.push(chance > 0 ? { chance, among } : null);
    });
  }
}
