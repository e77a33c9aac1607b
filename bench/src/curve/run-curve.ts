import { classMetrics, getRule, type ReplayModel, replay } from '@dubio/active-learning';
import { type Engine, fitPosterior, type Predictor, permutation, stream } from '@dubio/bayes-core';
import { type Dataset, noisyCopies, takeRows } from '../data/dataset.js';
import { modelOf, poolOf } from '../data/dataset-pool.js';
import type { CurvePoint, CurveRun, CurveState } from './curve-state.js';
import type { Protocol } from './protocol.js';
import { Stopwatch } from './stopwatch.js';

export type CurveParts = {
  readonly engine: Engine;
  readonly protocol: Protocol;
  readonly pool: Dataset;
  readonly test: Dataset;
  readonly state: CurveState;
  readonly log: (line: string) => void;
};

/** The items one seed works on; the same for every rule. */
export type Bench = {
  readonly pool: Dataset;
  /** Decides when to stop training; null trains to the last epoch. */
  readonly validation: Dataset | null;
  readonly test: Dataset;
  readonly initial: readonly number[];
};

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
  const last = run.points.at(-1);
  if (last && isDone(last, protocol)) return;
  for await (const { labelled, judgement, next, chosen, seconds } of curveTurns(
    parts,
    bench,
    run,
  )) {
    const missed = chosen?.missedAtMostNats;
    const point: CurvePoint = {
      labels: labelled.length,
      ...judgement,
      ...seconds,
      ...(looksAtCandidates(rule) && missed != null ? { missedAtMostNats: missed } : {}),
    };
    // A run that had ended here and now goes on trains this model again to pick from; one point
    // stays.
    const before = run.points.filter(({ labels }) => labels < point.labels);
    run = { ...run, acquired: next ?? labelled, points: [...before, point] };
    state.save(run);
    log(
      `${rule} seed ${seed}: ${point.labels} labels, accuracy ${point.accuracy.toFixed(4)}, ` +
        `nll ${point.nllNats.toFixed(3)}, ${point.epochs} epochs, ` +
        `train ${point.trainSeconds} s, score ${point.scoreSeconds} s, acquire ${point.acquireSeconds} s`,
    );
    if (isDone(point, protocol)) return;
  }
}

type TurnParts = {
  readonly engine: Engine;
  readonly state: Pick<CurveState, 'runs'>;
  readonly protocol: Pick<
    Protocol,
    'spec' | 'samples' | 'batch' | 'jointly' | 'queueSize' | 'beta' | 'labels'
  >;
};

/** The turns of one run, chosen as rounds and replays choose, each with where its time went. */
export async function* curveTurns(
  parts: TurnParts,
  bench: Pick<Bench, 'pool' | 'validation' | 'test'>,
  run: CurveRun,
) {
  const { batch, jointly, queueSize, beta, labels } = parts.protocol;
  const known = firstPointOf(parts, run);
  let watch = new Stopwatch();
  const turns = replay({
    acquisition: { rule: run.rule, beta, batchSize: jointly },
    queueSize,
    batch,
    endLabels: labels,
    keys: Int32Array.from({ length: bench.pool.features.rows }, (_, n) => n),
    labelled: run.acquired,
    pool: poolOf(bench.pool),
    seed: run.seed,
    fit: (labelled, seed) => {
      watch = new Stopwatch();
      const isFirst = labelled.length === run.acquired.length;
      return fitTurn(parts, bench, { labelled, seed, known: isFirst ? known : undefined, watch });
    },
  });
  for await (const turn of turns) yield { ...turn, seconds: watch.seconds() };
}

const looksAtCandidates = (rule: string): boolean =>
  ['log-probs', 'targets'].includes(getRule(rule).needs);

const isDone = ({ labels, accuracy }: CurvePoint, { labels: most, stopAt }: Protocol): boolean =>
  labels >= most || (stopAt < 1 && accuracy >= stopAt);

/**
 * Before the first acquisition all rules of a seed have the same model: its test scores are taken
 * over.
 */
function firstPointOf(
  { state }: Pick<TurnParts, 'state'>,
  { seed, points }: CurveRun,
): CurvePoint | undefined {
  if (points.length > 0) return undefined;
  return [...state.runs.values()].find((run) => run.seed === seed && run.points.length > 0)
    ?.points[0];
}

type Turn = {
  readonly labelled: Int32Array;
  readonly seed: number;
  /** Test scores of the same model, where another rule has them already. */
  readonly known: CurvePoint | undefined;
  readonly watch: Stopwatch;
};

type Judgement = Pick<CurvePoint, 'accuracy' | 'nllNats' | 'epochs'>;

async function fitTurn(
  { engine, protocol }: TurnParts,
  bench: Pick<Bench, 'pool' | 'validation' | 'test'>,
  { labelled, seed, known, watch }: Turn,
): Promise<ReplayModel<Judgement>> {
  const posterior = await watch.train(() =>
    fitPosterior({
      engine,
      spec: protocol.spec,
      train: withTargets(takeRows(bench.pool, labelled)),
      validation: bench.validation ? withTargets(bench.validation) : undefined,
      seed,
    }),
  );
  const model = await modelOf(engine, posterior, protocol.samples);
  return {
    ...model,
    predictor: async () => watch.watched(await model.predictor()),
    judge: async () => {
      const predictor = watch.watched(await model.predictor());
      const { accuracy, nllNats } = known ?? (await testScores(predictor, bench.test));
      return { accuracy, nllNats, epochs: posterior.history.length };
    },
  };
}

async function testScores(predictor: Pick<Predictor, 'moments'>, test: Dataset) {
  const moments = await predictor.moments(test.features);
  if (moments.kind !== 'class') throw new Error('A curve needs a model that answers with a class.');
  const { rows, classes, meanProbs_N_C } = moments;
  const metrics = classMetrics({ rows, classes, probs_N_C: meanProbs_N_C, labels_N: test.labels });
  return { accuracy: metrics.accuracy.estimate ?? 0, nllNats: metrics.nllNats };
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

const withTargets = ({ features, labels }: Dataset) => ({
  features,
  targets: { kind: 'class' as const, values: labels },
});
