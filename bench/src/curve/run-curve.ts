import {
  acquire,
  classMetrics,
  createPredictor,
  type Engine,
  fitPosterior,
  getRule,
  type Predictor,
  permutation,
  poolUncertainty,
  scoreItems,
  selectCandidates,
  stream,
} from '@dubio/bayes-core';
import { type Dataset, takeRows } from '../data/dataset.js';
import type { CurvePoint, CurveRun, CurveState } from './curve-state.js';
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
  { engine, protocol }: CurveParts,
  bench: Bench,
  run: CurveRun,
  known: CurvePoint | undefined,
): Promise<Pick<CurveRun, 'acquired' | 'points'>> {
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
      labels >= protocol.labels ? NOTHING_MORE : await nextItems(predictor, protocol, bench, run);
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

/** Scores what is still unlabelled and picks the next batch; positions are those of the whole pool. */
async function nextItems(
  predictor: Predictor,
  protocol: Protocol,
  bench: Bench,
  { rule, seed, acquired }: CurveRun,
): Promise<NextItems> {
  const taken = new Set(acquired);
  const open = Array.from({ length: bench.pool.features.rows }, (_, n) => n).filter(
    (n) => !taken.has(n),
  );
  const request = {
    rule,
    batchSize: protocol.batch,
    seed: seed * 100_000 + acquired.length,
    keys_N: open,
    options: { beta: protocol.beta },
  };
  if (rule === 'random') {
    const { indices } = acquire({ ...request, scores_N: new Float64Array(open.length) });
    return { acquired: Array.from(indices, (i) => open[i]!), acquireSeconds: 0 };
  }
  const openItems = takeRows(bench.pool, open);
  const uncertainty = poolUncertainty(await predictor.moments(openItems.features));
  const start = performance.now();
  if (getRule(rule).needs === 'moments') {
    const { indices } = acquire({ ...request, uncertainty });
    return { acquired: Array.from(indices, (i) => open[i]!), acquireSeconds: seconds(start) };
  }
  const positions_M = selectCandidates(scoreItems(rule, uncertainty), protocol.candidates, open);
  const candidates = takeRows(openItems, positions_M);
  const result = acquire({
    ...request,
    uncertainty,
    candidates: {
      rows: positions_M.length,
      samples: predictor.samples,
      classes: bench.pool.classes,
      logProbs_N_K_C: await predictor.logProbs(candidates.features),
      positions_M,
    },
  });
  return {
    acquired: Array.from(result.indices, (i) => open[i]!),
    acquireSeconds: seconds(start),
    ...(result.missedAtMostNats === null ? {} : { missedAtMostNats: result.missedAtMostNats }),
  };
}

function prepare({ protocol, pool, test }: CurveParts, seed: number): Bench {
  const { validationSize, poolSize, testSize, initialPerClass, initialItems = [] } = protocol;
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
    pool: chosen,
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
