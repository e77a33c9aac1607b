import { classMetrics, reliability } from '@dubio/active-learning';
import {
  fitKernelSoftmax,
  type KernelKind,
  permutation,
  poolScaling,
  predictKernelSoftmax,
  stream,
  takeKernelRows,
} from '@dubio/bayes-core';
import type { LabelledRows } from './sets.js';

export type Judged = {
  readonly accuracy: number;
  readonly nllNats: number;
  readonly ece: number;
  readonly fitSeconds: number;
};

/** The default model, and logistic regression with its strength chosen by the same folds. */
export const MODELS = {
  default: undefined,
  logistic: ['linear'],
} as const satisfies Readonly<Record<string, readonly KernelKind[] | undefined>>;
export type ModelName = keyof typeof MODELS;

/** At most so many rows are judged on, and no more than a third of the set. */
const MOST_TEST_ROWS = 1000;
const MOST_POOL_ROWS = 3000;

/** Labels come from one part of the set, the scale from all rows of it, figures from the other. */
export function splitRows({ rows, labels }: LabelledRows, seed: number) {
  const order = permutation(stream(seed).split('defaults'), rows.rows);
  const tests = Math.min(MOST_TEST_ROWS, Math.floor(rows.rows / 3));
  const part = (from: number, to: number) => {
    const positions = order.subarray(from, to);
    return {
      rows: takeKernelRows(rows, positions),
      labels: Int32Array.from(positions, (position) => labels[position]!),
    };
  };
  return { test: part(0, tests), pool: part(tests, Math.min(rows.rows, tests + MOST_POOL_ROWS)) };
}

/** Fits a model on the first labels of the pool and judges it on the test rows. */
export function judgeDefault(
  set: LabelledRows,
  name: ModelName,
  { labels, seed }: { readonly labels: number; readonly seed: number },
): Judged {
  const { pool, test } = splitRows(set, seed);
  const positions = Array.from({ length: labels }, (_, n) => n);
  const began = performance.now();
  const model = fitKernelSoftmax({
    rows: takeKernelRows(pool.rows, positions),
    labels_N: pool.labels.slice(0, labels),
    classes: set.classes,
    scaling: poolScaling(pool.rows, set.scaling),
    seed,
    kinds: MODELS[name],
  });
  const fitSeconds = (performance.now() - began) / 1000;
  const judged = {
    rows: test.rows.rows,
    classes: set.classes,
    probs_N_C: predictKernelSoftmax(model, test.rows).map(Math.exp),
    labels_N: test.labels,
  };
  const { accuracy, nllNats } = classMetrics(judged);
  return {
    accuracy: accuracy.estimate ?? Number.NaN,
    nllNats,
    ece: reliability(judged).ece,
    fitSeconds,
  };
}
