import {
  createMomentPredictor,
  createPredictor,
  type Engine,
  type FeatureMatrix,
  type FittedPosterior,
} from '@dubio/bayes-core';
import { type Spread, spread } from '../framework/statistics.js';

/**
 * Milliseconds per item, and how many plain forward passes that is: medians of turns with their
 * middle half.
 */
export type PassTime = {
  readonly way: string;
  readonly batch: number;
  readonly msPerItem: Spread;
  /** Ratios within a turn, on the clock and of processor time. */
  readonly passes: Spread;
  readonly cpuPasses: Spread;
};

type Way = { readonly name: string; readonly run: (features: FeatureMatrix) => Promise<unknown> };

type TimedCase = {
  readonly engine: Engine;
  readonly posterior: FittedPosterior;
  readonly features: FeatureMatrix;
};

type Turns = { readonly turns: number; readonly budgetMs: number };

/**
 * Times a plain forward pass (the same weights taken as certain, with softmax and entropy), the
 * fast way and T samples, in turns. Each turn runs every way for about `budgetMs`.
 */
export async function timePredictions(
  { engine, posterior, features }: TimedCase,
  batches: readonly number[],
  { turns, budgetMs }: Turns,
): Promise<PassTime[]> {
  const predictors = [
    { name: 'plain', predictor: createMomentPredictor({ engine, posterior: certain(posterior) }) },
    { name: 'fast', predictor: createMomentPredictor({ engine, posterior }) },
    ...(await Promise.all(
      [1, 10, 100].map(async (samples) => ({
        name: `T = ${samples}`,
        predictor: await createPredictor({ engine, posterior, samples }),
      })),
    )),
  ];
  const ways = predictors.map(
    ({ name, predictor }): Way => ({ name, run: (rows) => predictor.moments(rows) }),
  );
  const results: PassTime[] = [];
  for (const batch of batches) {
    const rows = firstRows(features, batch);
    const counts = new Map<string, number>();
    for (const way of ways) counts.set(way.name, await callsWithin(way, rows, budgetMs));
    const times = ways.map(() => ({ clock: [] as number[], cpu: [] as number[] }));
    for (let turn = 0; turn < turns; turn++) {
      for (const [i, way] of ways.entries()) {
        const { clock, cpu } = await timeCalls(way, rows, counts.get(way.name)!);
        times[i]!.clock.push(clock / batch);
        times[i]!.cpu.push(cpu / batch);
      }
    }
    const ratios = (own: readonly number[], plain: readonly number[]) =>
      spread(own.map((ms, turn) => ms / plain[turn]!));
    const [plain] = times;
    results.push(
      ...ways.map((way, i) => ({
        way: way.name,
        batch,
        msPerItem: spread(times[i]!.clock),
        passes: ratios(times[i]!.clock, plain!.clock),
        cpuPasses: ratios(times[i]!.cpu, plain!.cpu),
      })),
    );
  }
  for (const { predictor } of predictors) await predictor.dispose();
  return results;
}

function certain(posterior: FittedPosterior): FittedPosterior {
  return { ...posterior, spec: { ...posterior.spec, posterior: { kind: 'point' } } };
}

function firstRows(features: FeatureMatrix, rows: number): FeatureMatrix {
  const size = features.shape.reduce((product, n) => product * n, 1);
  return { ...features, data: features.data.subarray(0, rows * size), rows };
}

/** How many calls fill the time, after two that warm up. */
async function callsWithin(way: Way, rows: FeatureMatrix, budgetMs: number): Promise<number> {
  await way.run(rows);
  await way.run(rows);
  const { clock } = await timeCalls(way, rows, 1);
  return Math.max(1, Math.round(budgetMs / clock));
}

async function timeCalls({ run }: Way, rows: FeatureMatrix, calls: number) {
  const before = process.cpuUsage();
  const start = performance.now();
  for (let call = 0; call < calls; call++) await run(rows);
  const clock = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  return { clock: clock / calls, cpu: (user + system) / 1000 / calls };
}
