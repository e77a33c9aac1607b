import { acquire, classMetrics, poolUncertainty, scoreItems } from '@dubio/active-learning';
import {
  createPredictor,
  type Engine,
  type FittedPosterior,
  fitPosterior,
  type Predictor,
  permutation,
  stream,
} from '@dubio/bayes-core';
import { type Dataset, noisyCopies, takeRows } from '../data/dataset.js';
import type { CurvePoint, CurveRun, CurveState } from './curve-state.js';
import { evidenceFor } from './evidence.js';
import type { Protocol } from './protocol.js';

export type CurveParts = {
  readonly engine: Engine;
  readonly protocol: Protocol;
  readonly pool: Dataset;
  readonly test: Dataset;
  readonly state: CurveState;
  readonly log: (line: string) => void;
};

/** The items one seed works on; the same for every rule. */
type Bench = {
  readonly pool: Dataset;
  readonly validation: Dataset;
  readonly test: Dataset;
  readonly initial: readonly number[];
};

type NextItems = {
  readonly acquired: readonly number[];
  readonly acquireSeconds: number;
  readonly missedAtMostNats?: number;
};

const NOTHING_MORE: NextItems = { acquired: [], acquireSeconds: 0 };

const seconds = (since: number): number => Math.round(performance.now() - since) / 1000;

/** Runs every rule with every seed, round by round, going on where a stopped run ended. */
export async function runCurves(parts: CurveParts): Promise<void> {
  const { protocol } = parts;
  for (const seed of protocol.seeds) {
    const bench = prepare(parts, seed);
    for (const rule of protocol.rules) await runOne(parts, bench, rule, seed);
  }
}

async function runOne(parts: CurveParts, bench: Bench, rule: string, seed: number): Promise<void> {
  const { protocol, state, log } = parts;
  let run: CurveRun = state.find(rule, seed) ?? { rule, seed, acquired: bench.initial, points: [] };
  for (;;) {
    const last = run.points.at(-1);
    if (last && isDone(last, protocol)) return;
    const twin = firstRoundOf(parts, run);
    const round = await oneRound(parts, bench, run, twin);
    run = { ...run, ...round };
    state.save(run);
    const point = run.points.at(-1)!;
    log(
      `${rule} seed ${seed}: ${point.labels} labels, accuracy ${point.accuracy.toFixed(4)}, ` +
        `nll ${point.nllNats.toFixed(3)}, ${point.epochs} epochs, ` +
        `train ${point.trainSeconds} s, score ${point.scoreSeconds} s, acquire ${point.acquireSeconds} s`,
    );
  }
}

const isDone = ({ labels, accuracy }: CurvePoint, { labels: most, stopAt }: Protocol): boolean =>
  labels >= most || (stopAt < 1 && accuracy >= stopAt);

/** Before the first acquisition all rules of a seed have the same model: its test scores are taken over. */
function firstRoundOf({ state }: CurveParts, { seed, points }: CurveRun): CurvePoint | undefined {
  if (points.length > 0) return undefined;
  return [...state.runs.values()].find((run) => run.seed === seed && run.points.length > 0)
    ?.points[0];
}

async function oneRound(
  parts: CurveParts,
  bench: Bench,
  run: CurveRun,
  known: CurvePoint | undefined,
): Promise<Pick<CurveRun, 'acquired' | 'points'>> {
  const { engine, protocol } = parts;
  const labels = run.acquired.length;
  const trainStart = performance.now();
  const posterior = await fitPosterior({
    engine,
    spec: protocol.spec,
    train: labelled(takeRows(bench.pool, run.acquired)),
    validation: labelled(bench.validation),
    seed: run.seed * 100_000 + labels,
  });
  const trainSeconds = seconds(trainStart);
  const predictor = await createPredictor({ engine, posterior, samples: protocol.samples });
  try {
    const scoreStart = performance.now();
    const scores = known ?? (await testScores(predictor, bench.test));
    const next =
      labels >= protocol.labels
        ? NOTHING_MORE
        : await nextItems(parts, { posterior, predictor }, bench, run);
    const point: CurvePoint = {
      labels,
      accuracy: scores.accuracy,
      nllNats: scores.nllNats,
      epochs: posterior.history.length,
      trainSeconds,
      scoreSeconds: Math.round((seconds(scoreStart) - next.acquireSeconds) * 1000) / 1000,
      acquireSeconds: next.acquireSeconds,
      ...(next.missedAtMostNats === undefined ? {} : { missedAtMostNats: next.missedAtMostNats }),
    };
    // A run that had ended here and now goes on trains this model again to pick from; one point stays.
    const before = run.points.filter((earlier) => earlier.labels < labels);
    return { acquired: [...run.acquired, ...next.acquired], points: [...before, point] };
  } finally {
    await predictor.dispose();
  }
}

async function testScores(predictor: Predictor, test: Dataset) {
  const moments = await predictor.moments(test.features);
  if (moments.kind !== 'class') throw new Error('A curve needs a model that answers with a class.');
  const { rows, classes, meanProbs_N_C } = moments;
  const metrics = classMetrics({ rows, classes, probs_N_C: meanProbs_N_C, labels_N: test.labels });
  return { accuracy: metrics.accuracy.estimate ?? 0, nllNats: metrics.nllNats };
}

type Model = { readonly posterior: FittedPosterior; readonly predictor: Predictor };

/** Scores what is still unlabelled and picks the next batch; positions are those of the whole pool. */
async function nextItems(
  { engine, protocol }: CurveParts,
  model: Model,
  { pool }: Bench,
  { rule, seed: runSeed, acquired }: CurveRun,
): Promise<NextItems> {
  const taken = new Set(acquired);
  const open = Array.from({ length: pool.features.rows }, (_, n) => n).filter((n) => !taken.has(n));
  const seed = runSeed * 100_000 + acquired.length;
  const request = {
    rule,
    batchSize: protocol.batch,
    seed,
    keys_N: open,
    options: { beta: protocol.beta },
  };
  if (rule === 'random') {
    const { indices } = acquire({ ...request, scores_N: new Float64Array(open.length) });
    return { acquired: Array.from(indices, (i) => open[i]!), acquireSeconds: 0 };
  }
  const moments = await model.predictor.moments(takeRows(pool, open).features);
  const uncertainty = poolUncertainty(moments);
  const start = performance.now();
  const evidence = await evidenceFor({
    ...model,
    engine,
    rule,
    pool,
    open,
    labelled: acquired,
    scores_N: scoreItems(rule, uncertainty),
    candidates: protocol.candidates,
    seed,
  });
  const result = acquire({ ...request, uncertainty, ...evidence });
  return {
    acquired: Array.from(result.indices, (i) => open[i]!),
    acquireSeconds: seconds(start),
    ...(evidence.candidates && result.missedAtMostNats !== null
      ? { missedAtMostNats: result.missedAtMostNats }
      : {}),
  };
}

function prepare({ protocol, pool, test }: CurveParts, seed: number): Bench {
  const { validationSize, poolSize, testSize, initialPerClass, initialItems = [] } = protocol;
  const { copies, noise } = protocol.repeated ?? { copies: 1, noise: 0 };
  const source = stream(seed).split('curve');
  const given = new Set(initialItems);
  const order = permutation(source.split('pool'), pool.features.rows).filter((n) => !given.has(n));
  const drawn = order.subarray(validationSize, validationSize + poolSize - initialItems.length);
  const chosen = takeRows(pool, [...initialItems, ...drawn]);
  const initial =
    initialItems.length > 0
      ? initialItems.map((_, n) => n)
      : firstOfEachClass(chosen, initialPerClass);
  // The same test items for all seeds, so that curves differ by what was labelled.
  const tested = permutation(stream(0).split('curve test'), test.features.rows);
  return {
    pool: copies === 1 ? chosen : noisyCopies(chosen, { copies, noise, seed }),
    validation: takeRows(pool, order.subarray(0, validationSize)),
    test: takeRows(test, tested.subarray(0, testSize)),
    initial,
  };
}

function firstOfEachClass({ labels, classes }: Dataset, count: number): number[] {
  const counts = new Int32Array(classes);
  const first: number[] = [];
  labels.forEach((label, n) => {
    if (counts[label]! >= count) return;
    counts[label]! += 1;
    first.push(n);
  });
  return first;
}

const labelled = ({ features, labels }: Dataset) => ({
  features,
  targets: { kind: 'class' as const, values: labels },
});
