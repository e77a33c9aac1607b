import { type DropoutLayer, maskShape } from '../nn/layer.js';
import { drawsWithReplacement, permutation } from '../random/choice.js';
import type { Stream } from '../random/stream.js';
import { fillBernoulli } from '../random/uniform.js';
import { float32, int32, type Tensor } from '../tensor.js';
import { maskName } from './training-graph.js';

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
  dropouts: readonly DropoutLayer[],
  first: number,
  count: number,
): Record<string, Tensor> {
  const rows = new Int32Array(count * plan.batchSize);
  for (let i = 0; i < count; i++) plan.rows(first + i, rows, i * plan.batchSize);
  const noise: Record<string, Tensor> = { rows: int32(rows, [count, plan.batchSize]) };
  for (const layer of dropouts) {
    const size = plan.batchSize * layer.maskSize;
    const masks = new Float32Array(count * size);
    const stream = source.split(layer.name);
    const keep = 1 - layer.rate;
    for (let i = 0; i < count; i++) {
      fillBernoulli(stream.at(first + i), keep, masks, {
        on: 1 / keep,
        offset: i * size,
        count: size,
      });
    }
    noise[maskName(layer)] = float32(masks, [count, plan.batchSize, ...maskShape(layer)]);
  }
  return noise;
}
