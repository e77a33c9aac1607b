import { type Draw, drawChances, rankPool } from '@dubio/active-learning';
import { loadPosterior, stream, subset } from '@dubio/bayes-core';
import type { AcquisitionSpec, Race } from '@dubio/contracts';
import type { TaskContext } from '../compute/task-context.js';
import { predictorOf } from './engine.js';
import { type FeatureSource, gatherFeatures } from './feature-gather.js';
import { jointEvidence, jointSize } from './joint-evidence.js';
import { histogramOf, quantilesOf } from './pool-figures.js';
import { interleave } from './queue-order.js';
import { finishRace } from './race.js';
import { joinScores, readScores, type ScoreColumns, writeScores } from './score-columns.js';
import { drawTests, mixDrawn } from './test-draws.js';
import { decodeTrainingSet, rowsOf } from './training-set.js';

export type SelectRequest = {
  /** Scores of the shards, in order of the shards. */
  readonly scoreKeys: readonly string[];
  /** Items that were labelled or withdrawn since they were scored. */
  readonly gone: Int32Array;
  readonly acquisition: AcquisitionSpec;
  readonly queueSize: number;
  readonly controlShare: number;
  readonly testShare: number;
  /** What the surrogate said of each shard; none where no test items are drawn. */
  readonly testLossKeys: readonly string[];
  /** The most epistemic doubt there can be about an item, nats; null where nothing bounds it. */
  readonly mostEpistemic: number | null;
  readonly seed: number;
  readonly artifactKey: string;
  readonly trainingSetKey: string;
  readonly samples: number;
  /** Samples that the scores of the shards rest on; null where they rest on all. */
  readonly firstSamples: number | null;
  readonly features: FeatureSource;
  /** Where the scores of the whole pool go. */
  readonly outputKey: string;
};

/** Chosen by the rule, drawn at random, or drawn to test the model on. */
export type QueueOrigin = 'acquisition' | 'control' | 'test';

export type QueueColumns = {
  readonly ordinal: Int32Array;
  readonly origin: readonly QueueOrigin[];
  readonly score: Float64Array;
  /** With which the item was drawn among those that were open then; NaN where chance had no part in it. */
  readonly drawChance: Float64Array;
  /** How many were open, the item included. */
  readonly drawnAmong: Int32Array;
  readonly total: Float32Array;
  readonly aleatoric: Float32Array;
  readonly epistemic: Float32Array;
  readonly quantile: Float64Array;
  readonly predicted: Int32Array;
  readonly mean: Float32Array;
  readonly votes: Int32Array;
};

export type SelectResult = {
  readonly queue: QueueColumns;
  readonly classes: number;
  readonly poolRows: number;
  readonly epistemicMean: number | null;
  readonly aleatoricMean: number | null;
  readonly totalMean: number | null;
  readonly epistemicHistogram: { edges: number[]; counts: number[] } | null;
  readonly race: Race | null;
};

/** Merges the scores of the shards, orders the pool by the rule and mixes in items drawn at random or to test on. */
export async function select(
  request: SelectRequest,
  context: TaskContext<never>,
): Promise<SelectResult> {
  const { store } = context;
  const parts: ScoreColumns[] = [];
  for (const key of request.scoreKeys) {
    context.signal.throwIfAborted();
    parts.push(readScores(await store.get(key)));
  }
  const joined = joinScores(parts);
  const gone = new Set(request.gone);
  // Positions of the pool are places in `joined`; the queue is made of those that are still unlabelled.
  const open = Int32Array.from(joined.ordinal.keys()).filter(
    (place) => !gone.has(joined.ordinal[place]!),
  );
  const controlCount = Math.min(
    open.length,
    Math.round(Math.min(request.queueSize, open.length) * request.controlShare),
  );
  const source = stream(request.seed).split('control');
  const control = Array.from(subset(source, open.length, controlCount), (i) => open[i]!);
  const isControl = new Set(control);
  const tests = await drawTests(
    store,
    {
      count: Math.min(
        open.length - controlCount,
        Math.round(Math.min(request.queueSize, open.length) * request.testShare),
      ),
      seed: request.seed,
      lossKeys: request.testLossKeys,
    },
    { ordinals: joined.ordinal, open: open.filter((place) => !isControl.has(place)) },
  );
  const setApart = [...control, ...tests.places];
  const { all, race } = await raced(request, context, { all: joined, open, apart: setApart });
  await store.put(request.outputKey, writeScores(all));
  const wanted = await acquired(request, context, { all, open, apart: setApart });
  const from = (places: readonly number[], origin: QueueOrigin): Slot[] =>
    places.map((place) => ({ place, origin }));
  const apart = mixDrawn(from(control, 'control'), from(tests.places, 'test'), request.seed);
  const order = interleave(from(wanted.places, 'acquisition'), apart);
  const quantiles = quantilesOf(all.epistemic);
  const drawOf = new Map([...wanted.drawOf, ...tests.drawOf]);
  return {
    queue: queueColumns(all, order, { scoreOf: wanted.scoreOf, drawOf }, quantiles),
    classes: all.classes,
    poolRows: all.ordinal.length,
    epistemicMean: meanOf(all.epistemic),
    aleatoricMean: meanOf(all.aleatoric),
    totalMean: meanOf(all.total),
    epistemicHistogram: histogramOf(all.epistemic, request.mostEpistemic),
    race,
  };
}

type Slot = { readonly place: number; readonly origin: QueueOrigin };

type OpenPool = {
  readonly all: ScoreColumns;
  readonly open: Int32Array;
  /** Places that are in the queue whatever their score. */
  readonly apart: readonly number[];
};

async function raced(
  request: SelectRequest,
  { store, settings, signal }: TaskContext<never>,
  { all, open, apart }: OpenPool,
): Promise<{ all: ScoreColumns; race: Race | null }> {
  const { firstSamples, acquisition, seed } = request;
  if (firstSamples === null) return { all, race: null };
  return finishRace({
    all,
    open,
    drawn: apart,
    acquisition,
    queueSize: Math.min(request.queueSize, open.length),
    seed,
    firstSamples,
    signal,
    gather: (ordinals) => gatherFeatures(store, request.features, ordinals),
    predictor: () =>
      predictorOf(store, settings, {
        artifactKey: request.artifactKey,
        samples: request.samples - firstSamples,
        skip: firstSamples,
      }),
  });
}

type Acquired = {
  readonly places: number[];
  readonly scoreOf: ReadonlyMap<number, number>;
  /** Of rules that draw by chance. */
  readonly drawOf: ReadonlyMap<number, Draw>;
};

async function acquired(
  request: SelectRequest,
  context: TaskContext<never>,
  pool: OpenPool,
): Promise<Acquired> {
  const { all, open, apart } = pool;
  const queueSize = Math.min(request.queueSize, open.length);
  const { rule, beta, batchSize } = request.acquisition;
  if (queueSize === 0) return { places: [], scoreOf: new Map(), drawOf: new Map() };
  const scores_N = Float64Array.from(open, (place) => all.score[place]!);
  const keys_N = Float64Array.from(open, (place) => all.ordinal[place]!);
  const base = { rule, seed: request.seed, batchSize: jointSize(rule, batchSize, queueSize) };
  const options = beta === null ? {} : { beta };
  const evidence = await jointEvidence({
    ...base,
    scores_N,
    ordinals_N: keys_N,
    labelled: await trainedOrdinals(request, context),
    settings: context.settings,
    signal: context.signal,
    gather: (ordinals) => gatherFeatures(context.store, request.features, ordinals),
    predictor: () => predictorOf(context.store, context.settings, request),
    posterior: async () => loadPosterior(await context.store.get(request.artifactKey)),
  });
  const ranked = rankPool({ ...base, queueSize, scores_N, keys_N, options, ...evidence });
  const isApart = new Set(apart);
  const drawn: number[] = [];
  const scoreOf = new Map<number, number>();
  ranked.indices.forEach((index, i) => {
    const place = open[index]!;
    scoreOf.set(place, ranked.scores[i]!);
    if (!isApart.has(place) && drawn.length < queueSize - apart.length) drawn.push(index);
  });
  // Control and test items were drawn first, and whatever their scores: the rule drew among the others.
  const without = [...open.keys()].filter((index) => isApart.has(open[index]!));
  const found = drawChances({ rule, ...options, scores_N, keys_N, drawn, without });
  const places = drawn.map((index) => open[index]!);
  const drawOf = new Map<number, Draw>();
  if (found)
    places.forEach((place, i) => {
      drawOf.set(place, { chance: found.chances[i]!, among: found.among[i]! });
    });
  return { places, scoreOf, drawOf };
}

async function trainedOrdinals(
  request: SelectRequest,
  { store }: TaskContext<never>,
): Promise<Int32Array> {
  return rowsOf(decodeTrainingSet(await store.get(request.trainingSetKey)), 'train').ordinals;
}

function queueColumns(
  all: ScoreColumns,
  order: readonly Slot[],
  { scoreOf, drawOf }: Pick<Acquired, 'scoreOf' | 'drawOf'>,
  quantiles: Float64Array,
): QueueColumns {
  const places = order.map(({ place }) => place);
  const floats = (column: Float32Array) => Float32Array.from(places, (place) => column[place]!);
  const ints = (column: Int32Array) => Int32Array.from(places, (place) => column[place]!);
  const votes = new Int32Array(places.length * all.classes);
  places.forEach((place, i) => {
    const row = all.votes.subarray(place * all.classes, (place + 1) * all.classes);
    votes.set(row, i * all.classes);
  });
  return {
    ordinal: ints(all.ordinal),
    origin: order.map(({ origin }) => origin),
    score: Float64Array.from(places, (place) => scoreOf.get(place) ?? all.score[place]!),
    drawChance: Float64Array.from(places, (place) => drawOf.get(place)?.chance ?? Number.NaN),
    drawnAmong: Int32Array.from(places, (place) => drawOf.get(place)?.among ?? 0),
    total: floats(all.total),
    aleatoric: floats(all.aleatoric),
    epistemic: floats(all.epistemic),
    quantile: Float64Array.from(places, (place) => quantiles[place]!),
    predicted: ints(all.predicted),
    mean: floats(all.mean),
    votes,
  };
}

const meanOf = (values: Float32Array): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
