import type { NoiseInput } from '../posterior/family.js';
import { drawsWithReplacement, permutation } from '../random/choice.js';
import type { Stream } from '../random/stream.js';
import { float32, int32, sizeOf, type Tensor } from '../tensor.js';

/** Which rows each step sees: a pure function of the step number, so training can resume anywhere. */
export type BatchPlan = {
  readonly batchSize: number;
  readonly stepsPerEpoch: number;
  rows(step: number, out: Int32Array, offset: number): void;
};

/** With few labels one pass is too short to judge by: an epoch then takes several passes. */
const LEAST_DRAWS_PER_EPOCH = 1024;

/**
 * Without `drawsPerEpoch`, rows come in shuffled passes over the data, one pass after another, so every batch is full.
 * With it, rows are drawn with replacement.
 */
export function batchPlan(
  source: Stream,
  rows: number,
  batchSize: number,
  drawsPerEpoch: number | undefined,
): BatchPlan {
  if (drawsPerEpoch !== undefined) {
    const draws = source.split('draws');
    return {
      batchSize,
      stepsPerEpoch: Math.ceil(drawsPerEpoch / batchSize),
      rows: (step, out, offset) =>
        out.set(drawsWithReplacement(draws.at(step), rows, batchSize), offset),
    };
  }
  const size = Math.min(batchSize, rows);
  const order = shuffledPasses(source.split('passes'), rows);
  return {
    batchSize: size,
    stepsPerEpoch: Math.ceil(Math.max(rows, LEAST_DRAWS_PER_EPOCH) / size),
    rows: (step, out, offset) => {
      for (let i = 0; i < size; i++) out[offset + i] = order(step * size + i);
    },
  };
}

function shuffledPasses(source: Stream, rows: number): (position: number) => number {
  let pass = -1;
  let order: Int32Array = new Int32Array(0);
  return (position) => {
    const wanted = Math.floor(position / rows);
    if (wanted !== pass) {
      pass = wanted;
      order = permutation(source.at(pass), rows);
    }
    return order[position % rows]!;
  };
}

/** Everything random that steps [first, first + count) need, as inputs of the training graph. */
export function stepNoise(
  source: Stream,
  plan: BatchPlan,
  inputs: readonly NoiseInput[],
  first: number,
  count: number,
): Record<string, Tensor> {
  const rows = new Int32Array(count * plan.batchSize);
  for (let i = 0; i < count; i++) plan.rows(first + i, rows, i * plan.batchSize);
  const noise: Record<string, Tensor> = { rows: int32(rows, [count, plan.batchSize]) };
  for (const { name, stream, shape, fill } of inputs) {
    const size = sizeOf(shape);
    const values = new Float32Array(count * size);
    const own = source.split(stream);
    for (let i = 0; i < count; i++) {
      fill(own.at(first + i), values.subarray(i * size, (i + 1) * size));
    }
    noise[name] = float32(values, [count, ...shape]);
  }
  return noise;
}
