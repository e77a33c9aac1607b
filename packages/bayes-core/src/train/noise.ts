import type { NoiseInput } from '../posterior/family.js';
import { permutation, subset } from '../random/choice.js';
import type { Stream } from '../random/stream.js';
import { float32, int32, sizeOf, type Tensor } from '../tensor.js';
import { weightedPass } from './row-weights.js';

/**
 * Which rows each step sees: a pure function of the step number, so training can resume anywhere.
 */
export type BatchPlan = {
  readonly batchSize: number;
  readonly stepsPerEpoch: number;
  rows(step: number, out: Int32Array, offset: number): void;
};

/** With few labels one pass is too short to judge by: an epoch then takes several passes. */
const LEAST_DRAWS_PER_EPOCH = 1024;

export type RowsToDraw = {
  readonly rows: number;
  readonly batchSize: number;
  readonly drawsPerEpoch: number | undefined;
  /** With mean 1; null where all rows count alike. */
  readonly weights?: Float64Array | null;
};

/**
 * Without `drawsPerEpoch`, rows come in shuffled passes over the data, one pass after another, so
 * every batch is full. With it, an epoch takes every row equally often (give or take one), in
 * random order; or a random part of many rows. Where rows have weights, a pass takes each about as
 * often as its weight says, see `weightedPass`.
 */
export function batchPlan(
  source: Stream,
  { rows, batchSize, drawsPerEpoch, weights = null }: RowsToDraw,
): BatchPlan {
  if (drawsPerEpoch !== undefined) {
    const stepsPerEpoch = Math.ceil(drawsPerEpoch / batchSize);
    const draws = source.split('draws');
    const size = stepsPerEpoch * batchSize;
    const order = weights ? weightedDraws(draws, weights, size) : evenDraws(draws, rows, size);
    return {
      batchSize,
      stepsPerEpoch,
      rows: (step, out, offset) => {
        for (let i = 0; i < batchSize; i++) out[offset + i] = order(step * batchSize + i);
      },
    };
  }
  const size = Math.min(batchSize, rows);
  const passes = source.split('passes');
  const order = weights ? weightedDraws(passes, weights, rows) : shuffledPasses(passes, rows);
  return {
    batchSize: size,
    stepsPerEpoch: Math.ceil(Math.max(rows, LEAST_DRAWS_PER_EPOCH) / size),
    rows: (step, out, offset) => {
      for (let i = 0; i < size; i++) out[offset + i] = order(step * size + i);
    },
  };
}

function shuffledPasses(source: Stream, rows: number): (position: number) => number {
  return inPasses(rows, (pass) => permutation(source.at(pass), rows));
}

/** Numbers 0 .. size - 1 in random order, modulo the rows: rows differ by one draw at most. */
function evenDraws(source: Stream, rows: number, size: number): (position: number) => number {
  const most = Math.max(rows, size);
  return inPasses(size, (pass) => subset(source.at(pass), most, size).map((draw) => draw % rows));
}

function weightedDraws(
  source: Stream,
  weights: Float64Array,
  size: number,
): (position: number) => number {
  return inPasses(size, (pass) => weightedPass(source.at(pass), weights, size));
}

/** Passes of a fixed length, each with an order of its own; the last one used is kept. */
function inPasses(
  length: number,
  orderOf: (pass: number) => Int32Array,
): (position: number) => number {
  let pass = -1;
  let order: Int32Array = new Int32Array(0);
  return (position) => {
    const wanted = Math.floor(position / length);
    if (wanted !== pass) {
      pass = wanted;
      order = orderOf(pass);
    }
    return order[position % length]!;
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
