import { drawChances, lureWeights, rankPool } from '@dubio/active-learning';
import {
  type Engine,
  fitPosterior,
  normal,
  type PartialModelSpec,
  stream,
} from '@dubio/bayes-core';
import { meanOf } from './digits.js';

export type LineRow = {
  readonly labels: number;
  /**
   * Mean squared error over the whole pool, of the line from all of it, from the drawn rows, and
   * from these with weights.
   */
  readonly best: number;
  readonly plain: number;
  readonly lure: number;
};

const SPEC: PartialModelSpec = {
  network: { layers: [] },
  input: { shape: [1] },
  output: { kind: 'number' },
  posterior: { kind: 'swag', epochs: 30, learningRate: 0.01 },
  optimiser: { kind: 'sgd', learningRate: 0.05 },
  batchSize: 64,
  maxEpochs: 30,
};
const POOL = 1000;

/**
 * A straight line on y = x + x^2 + noise: it cannot be right everywhere, so where labels are asked
 * for decides which line comes out. Items are drawn by a skewed design, with chances that grow with
 * exp(x): the right end of the pool.
 */
export async function linePart(
  engine: Engine,
  seed: number,
  sizes: readonly number[],
): Promise<LineRow[]> {
  const source = stream(seed).split('levelled line');
  const x = normal(source.split('x'), POOL);
  const noise = normal(source.split('noise'), POOL);
  const y = Float64Array.from(x, (value, i) => value + value ** 2 + 0.3 * noise[i]!);
  const rows = (places: ArrayLike<number>) => ({
    features: {
      data: Float32Array.from(places, (n) => x[n]!),
      rows: places.length,
      shape: [1],
    },
    targets: { kind: 'number' as const, values: Float64Array.from(places, (n) => y[n]!) },
  });
  const errorOf = async (places: ArrayLike<number>, weights?: Float64Array) => {
    const train = { ...rows(places), weights };
    const fitted = await fitPosterior({ engine, spec: SPEC, train, seed });
    const { mean, deviation } = fitted.targetScale;
    const { parameters } = fitted.members[0]!;
    const [slope, offset] = ['head.weight', 'head.bias'].map((name) => parameters[name]!.data[0]!);
    return meanOf(
      y.map((truth, n) => (truth - mean - deviation * (slope! * x[n]! + offset!)) ** 2),
    );
  };
  const best = await errorOf(Int32Array.from({ length: POOL }, (_, n) => n));
  const rule = 'softmax-bald';
  const scores_N = Float64Array.from(x);
  const found: LineRow[] = [];
  for (const labels of sizes) {
    const request = { rule, seed, scores_N, batchSize: labels, options: { beta: 1 } };
    const { indices } = rankPool({ ...request, queueSize: labels });
    const { chances } = drawChances({ rule, beta: 1, scores_N, drawn: indices })!;
    found.push({
      labels,
      best,
      plain: await errorOf(indices),
      lure: await errorOf(indices, lureWeights(chances, POOL)),
    });
  }
  return found;
}
