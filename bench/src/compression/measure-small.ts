import {
  compressPosterior,
  createPredictor,
  type Engine,
  type FittedPosterior,
  meanPosterior,
  normal,
  predictiveGraph,
  stream,
} from '@dubio/bayes-core';
import type { Dataset } from '../data/dataset.js';
import { type Spread, spread } from '../framework/statistics.js';

export type LayerFound = {
  readonly name: string;
  readonly inputs: string;
  readonly outputs: string;
  readonly bits: number;
  readonly threshold: number;
  readonly origin: string;
};

export type Found = {
  /** What is read of the inputs of each layer with weights, filters of convolutions instead. */
  readonly architecture: string;
  readonly layers: readonly LayerFound[];
  /** Weights and biases before over after; bits likewise, 32 for each before. */
  readonly prunedRatio: number;
  readonly bitsRatio: number;
  /** Wrong answers on the test images, percent, with mean weights. */
  readonly error: { readonly full: number; readonly small: number; readonly rounded: number };
  readonly speedUp: readonly SpeedUp[];
};

/** Milliseconds of a call, and the ratio full : small of turns, median with the middle half. */
export type SpeedUp = {
  readonly batch: number;
  readonly fullMs: number;
  readonly compressedMs: number;
  readonly ratio: Spread;
};

/** Compresses a trained network and measures what came out. */
export async function measureCompressed(
  engine: Engine,
  posterior: FittedPosterior,
  test: Dataset,
  turns: number,
): Promise<Found> {
  const { small, rounded, layers, numbers, bits } = compressPosterior(posterior);
  const full = meanPosterior(posterior);
  const speedUp = [];
  for (const batch of [1, 256]) speedUp.push(await timeBoth(engine, { full, small }, batch, turns));
  return {
    architecture: layers
      .map(({ kind, inputs, outputs }) => (kind === 'conv2d' ? outputs.after : inputs.after))
      .join('-'),
    layers: layers.map(({ name, inputs, outputs, width, pruned }) => ({
      name,
      inputs: `${inputs.before} -> ${inputs.after}`,
      outputs: `${outputs.before} -> ${outputs.after}`,
      bits: width.bits,
      threshold: pruned.threshold,
      origin: pruned.origin,
    })),
    prunedRatio: numbers.before / numbers.after,
    bitsRatio: bits.before / bits.after,
    error: {
      full: await errorOf(engine, full, test),
      small: await errorOf(engine, small, test),
      rounded: await errorOf(engine, rounded, test),
    },
    speedUp,
  };
}

/** Wrong answers, percent. */
export async function errorOf(
  engine: Engine,
  posterior: FittedPosterior,
  { features, labels }: Dataset,
): Promise<number> {
  const predictor = await createPredictor({ engine, posterior, samples: 1 });
  const moments = await predictor.moments(features);
  await predictor.dispose();
  if (moments.kind !== 'class') throw new Error('expected classes');
  const { classes, meanProbs_N_C } = moments;
  const wrong = labels.filter((label, row) => {
    const probs = meanProbs_N_C.subarray(row * classes, (row + 1) * classes);
    return probs.some((p, c) => c !== label && p >= probs[label]!);
  });
  return (100 * wrong.length) / labels.length;
}

const CALLS_A_TURN = { 1: 400, 256: 20 } as Readonly<Record<number, number>>;

/** Both networks as exported, in turns, so that whatever else the machine does slows both. */
async function timeBoth(
  engine: Engine,
  nets: { readonly full: FittedPosterior; readonly small: FittedPosterior },
  batch: number,
  turns: number,
): Promise<SpeedUp> {
  const shape = [batch, ...nets.full.spec.input.shape];
  const size = shape.reduce((product, n) => product * n, 1);
  const data = normal(stream(0).split('timed images'), size);
  const features = { dtype: 'float32', shape, data } as const;
  const programs = await Promise.all(
    [nets.full, nets.small].map((posterior) =>
      engine.compile(predictiveGraph({ posterior, samples: 1 })),
    ),
  );
  const calls = CALLS_A_TURN[batch]!;
  const times: number[][] = [[], []];
  for (let turn = -1; turn < turns; turn++) {
    for (const [i, program] of programs.entries()) {
      const started = performance.now();
      for (let call = 0; call < calls; call++) await program.run({ features });
      if (turn >= 0) times[i]!.push((performance.now() - started) / calls);
    }
  }
  for (const program of programs) await program.dispose();
  const [full, small] = times as [number[], number[]];
  return {
    batch,
    fullMs: spread(full).median,
    compressedMs: spread(small).median,
    ratio: spread(full.map((ms, i) => ms / small[i]!)),
  };
}
