import { stream, subset } from '@dubio/bayes-core/pure';
import type { AcquisitionSpec, AdaptiveSampling } from '@dubio/contracts';
import { rankPool } from '../acquisition/acquire.js';
import { drawChances } from '../acquisition/draw-chances.js';
import { drawActiveTests, mixDrawn } from '../active-testing/active-test-draws.js';
import type { ExpectedLosses } from '../active-testing/expected-losses.js';
import type { Draw } from '../active-testing/lure.js';
import { finishAdaptiveSampling } from './adaptive-samples.js';
import { interleave } from './interleave.js';
import { quantilesOf } from './pool-figures.js';
import type { PoolScores } from './pool-scores.js';
import type { Model, Pool } from './ports.js';
import { gatherRuleInputs, jointSize } from './rule-inputs.js';

/** An acquisition rule with its settings. */
export type RuleChoice = Omit<AcquisitionSpec, 'rule'> & { readonly rule: string };

export type QueueRequest = {
  readonly acquisition: RuleChoice;
  readonly queueSize: number;
  /**
   * Items of the queue that are read, from its beginning; the queue itself where nothing is said.
   */
  readonly length?: number;
  /** Shares of the queue that are drawn at random, and to test the model on. */
  readonly controlShare: number;
  readonly activeTestShare: number;
  readonly seed: number;
  /** What is known of the pool, and which of it has been labelled or withdrawn meanwhile. */
  readonly scores: PoolScores;
  readonly gone: ReadonlySet<number>;
  /** Samples that the scores rest on; null where they rest on all. */
  readonly firstSamples: number | null;
  /**
   * What the second network expects the model to lose; none where no active-test items are drawn.
   */
  readonly expectedLosses: readonly ExpectedLosses[];
  /** Keys of the items that the model was trained on. */
  readonly labelled: ArrayLike<number>;
  readonly pool: Pool;
  readonly model: Model;
  readonly signal?: AbortSignal | undefined;
};

/** Chosen by the rule, drawn at random, or drawn to test the model on. */
export type QueueOrigin = 'acquisition' | 'control' | 'active-test';

export type QueueColumns = {
  readonly ordinal: Int32Array;
  readonly origin: readonly QueueOrigin[];
  readonly score: Float64Array;
  /**
   * With which the item was drawn among those that were open then; NaN where chance had no part in
   * it.
   */
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

export type ChosenQueue = {
  readonly queue: QueueColumns;
  /** Those of the request, with all samples of the items that got them. */
  readonly scores: PoolScores;
  readonly adaptiveSampling: AdaptiveSampling | null;
  /**
   * By how many nats an item that no joint rule looked at could have beaten a pick at most; null
   * where unknown.
   */
  readonly missedAtMostNats: number | null;
};

/**
 * The one way in which a pool becomes a queue: rounds, replays and benches all choose here.
 *
 * Control items and active-test items are drawn first, whatever their scores. Items that may still
 * get into the queue get the rest of the samples. Then the rule orders what is open, told what it
 * needs to know under the caps of `limits.ts`, and what was set apart is mixed in evenly.
 */
export async function chooseQueue(request: QueueRequest): Promise<ChosenQueue> {
  const { scores: before, gone, seed } = request;
  // Places are rows of the scores; the queue is made of those that are still unlabelled.
  const open = Int32Array.from(before.ordinal.keys()).filter(
    (place) => !gone.has(before.ordinal[place]!),
  );
  const size = Math.min(request.queueSize, open.length);
  const { control, tests, apart } = setApart(request, open, size);
  const { all, adaptiveSampling } = await withAllSamples(request, { open, size, apart });
  const wanted = await acquired(request, { all, open, size, apart });
  const from = (places: readonly number[], origin: QueueOrigin): Slot[] =>
    places.map((place) => ({ place, origin }));
  const drawn = mixDrawn(from(control, 'control'), from(tests.places, 'active-test'), seed);
  const order = interleave(from(wanted.places, 'acquisition'), drawn).slice(0, request.length);
  const drawOf = new Map([...wanted.drawOf, ...tests.drawOf]);
  return {
    queue: queueColumns(all, order, { scoreOf: wanted.scoreOf, drawOf }),
    scores: all,
    adaptiveSampling,
    missedAtMostNats: wanted.missedAtMostNats,
  };
}

type Slot = { readonly place: number; readonly origin: QueueOrigin };

function setApart(
  { scores, seed, controlShare, activeTestShare, expectedLosses }: QueueRequest,
  open: Int32Array,
  size: number,
) {
  const controlCount = Math.min(open.length, Math.round(size * controlShare));
  const source = stream(seed).split('control');
  const control = Array.from(subset(source, open.length, controlCount), (i) => open[i]!);
  const isControl = new Set(control);
  const tests = drawActiveTests(
    {
      count: Math.min(open.length - controlCount, Math.round(size * activeTestShare)),
      seed,
      losses: expectedLosses,
    },
    { keys: scores.ordinal, open: open.filter((place) => !isControl.has(place)) },
  );
  return { control, tests, apart: [...control, ...tests.places] };
}

type OpenPool = {
  readonly open: Int32Array;
  /** Of the queue. */
  readonly size: number;
  /** Places that are in the queue whatever their score. */
  readonly apart: readonly number[];
};

async function withAllSamples(
  request: QueueRequest,
  { open, size, apart }: OpenPool,
): Promise<{ all: PoolScores; adaptiveSampling: AdaptiveSampling | null }> {
  const { firstSamples, scores } = request;
  if (firstSamples === null) return { all: scores, adaptiveSampling: null };
  return finishAdaptiveSampling({
    all: scores,
    open,
    drawn: apart,
    acquisition: request.acquisition,
    queueSize: size,
    seed: request.seed,
    firstSamples,
    signal: request.signal,
    pool: request.pool,
    model: request.model,
  });
}

type Acquired = {
  readonly places: number[];
  readonly scoreOf: ReadonlyMap<number, number>;
  /** Of rules that draw by chance. */
  readonly drawOf: ReadonlyMap<number, Draw>;
  readonly missedAtMostNats: number | null;
};

const NOTHING: Acquired = {
  places: [],
  scoreOf: new Map(),
  drawOf: new Map(),
  missedAtMostNats: 0,
};

async function acquired(
  request: QueueRequest,
  { all, open, size, apart }: OpenPool & { readonly all: PoolScores },
): Promise<Acquired> {
  const { rule, beta, batchSize } = request.acquisition;
  if (size === 0) return NOTHING;
  const scores_N = Float64Array.from(open, (place) => all.score[place]!);
  const keys_N = Float64Array.from(open, (place) => all.ordinal[place]!);
  const inputs = await gatherRuleInputs({ ...request, rule, scores_N, keys_N });
  const length = Math.min(size, request.length ?? size);
  const ranked = rankPool({
    rule,
    seed: request.seed,
    batchSize: jointSize(rule, { batchSize, queueSize: size, length }),
    queueSize: size,
    scores_N,
    keys_N,
    options: beta === null ? {} : { beta },
    ...inputs,
  });
  const isApart = new Set(apart);
  const drawn: number[] = [];
  const scoreOf = new Map<number, number>();
  ranked.indices.forEach((index, i) => {
    const place = open[index]!;
    scoreOf.set(place, ranked.scores[i]!);
    if (!isApart.has(place) && drawn.length < size - apart.length) drawn.push(index);
  });
  return {
    places: drawn.map((index) => open[index]!),
    scoreOf,
    drawOf: drawsOf(request, { scores_N, keys_N, drawn, open, isApart }),
    missedAtMostNats: ranked.missedAtMostNats,
  };
}

/**
 * Control and active-test items were drawn first, and whatever their scores: the rule drew among
 * the others.
 */
function drawsOf(
  { acquisition: { rule, beta } }: QueueRequest,
  pool: {
    readonly scores_N: Float64Array;
    readonly keys_N: Float64Array;
    readonly drawn: readonly number[];
    readonly open: Int32Array;
    readonly isApart: ReadonlySet<number>;
  },
): Map<number, Draw> {
  const { scores_N, keys_N, drawn, open, isApart } = pool;
  const without = [...open.keys()].filter((index) => isApart.has(open[index]!));
  const options = beta === null ? {} : { beta };
  const found = drawChances({ rule, ...options, scores_N, keys_N, drawn, without });
  if (!found) return new Map();
  return new Map(
    drawn.map((index, i) => [open[index]!, { chance: found.chances[i]!, among: found.among[i]! }]),
  );
}

function queueColumns(
  all: PoolScores,
  order: readonly Slot[],
  { scoreOf, drawOf }: Pick<Acquired, 'scoreOf' | 'drawOf'>,
): QueueColumns {
  const places = order.map(({ place }) => place);
  const quantiles = quantilesOf(all.epistemic);
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
