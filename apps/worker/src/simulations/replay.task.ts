import { poolUncertainty, rankPool, scoreItems } from '@dubio/active-learning';
import {
  createPredictor,
  type FittedPosterior,
  fitPartitioned,
  fitPosterior,
  type Predictor,
  stream,
  subset,
} from '@dubio/bayes-core';
import type { ModelSpec } from '@dubio/contracts';
import type { TaskContext } from '../compute/task-context.js';
import { engineOf } from '../science/engine.js';
import { judge } from '../science/evaluation.js';
import { type FeatureSource, gatherFeatures } from '../science/feature-gather.js';
import { type LabelledRows, labelledRows } from '../science/fit.task.js';
import { jointEvidence } from '../science/joint-evidence.js';
import { judgedFields } from '../science/judged-fields.js';
import { toCoreSpec } from '../science/model-spec.mapper.js';
import { dampingOf, dealRows, shardSpec } from '../science/shards.js';
import {
  type AskedFields,
  askedFields,
  onlyField,
  type Rows,
  rowWidth,
  type TrainingSet,
} from '../science/training-set.js';
import type { KnownAnswers } from './known-answers.js';

export type ReplayRequest = {
  readonly features: FeatureSource;
  readonly answers: KnownAnswers;
  readonly asked: AskedFields;
  readonly spec: ModelSpec;
  readonly rule: string;
  readonly beta: number | null;
  readonly seed: number;
  readonly startLabels: number;
  readonly batch: number;
  readonly endLabels: number;
  readonly poolSize: number;
  /** Ordinals labelled so far, in the order they were chosen; a stopped replay goes on behind them. */
  readonly chosen: readonly number[];
  /** After so long the replay stops at its next step, so that rounds that people wait for get their turn. */
  readonly sliceMs: number;
};
export type ReplayProgress = {
  readonly point: { labels: number; metric: number };
  readonly chosen: readonly number[];
  readonly fraction: number;
  readonly scoringSeconds: number;
};
export type ReplayResult = { readonly finished: boolean };

/** Replays the loop on known answers: train, judge, score, choose, until there are labels enough. */
export async function replay(
  request: ReplayRequest,
  context: TaskContext<ReplayProgress>,
): Promise<ReplayResult> {
  const source = stream(request.seed).split('replay');
  const pool = subset(
    source.split('pool'),
    request.answers.pool.ordinals.length,
    Math.min(request.poolSize, request.answers.pool.ordinals.length),
  ).sort();
  const known = request.answers.pool;
  const width = rowWidth(request.asked);
  const targetsOf = new Map<number, Float64Array>();
  for (const place of pool) {
    const own = known.targets.subarray(place * width, (place + 1) * width);
    targetsOf.set(known.ordinals[place]!, own);
  }
  const start = startingItems(request, targetsOf);
  let chosen = request.chosen.length > 0 ? [...request.chosen] : start;
  const end = Math.min(request.endLabels, targetsOf.size);
  const sliceEnd = performance.now() + request.sliceMs;
  for (;;) {
    context.signal.throwIfAborted();
    const startedAt = performance.now();
    const step = await oneStep(request, context, {
      chosen,
      targetsOf,
      isLast: chosen.length >= end,
    });
    const next = step.next === null ? null : [...chosen, ...step.next].slice(0, end);
    context.report({
      point: { labels: chosen.length, metric: step.metric },
      chosen: next ?? chosen,
      fraction: Math.min(1, chosen.length / end),
      scoringSeconds: next === null ? 0 : (performance.now() - startedAt) / 1000,
    });
    if (next === null) return { finished: true };
    if (performance.now() > sliceEnd) return { finished: false };
    chosen = next;
  }
}

/**
 * Drawn at random, but with every class in turn while there are such, as published protocols begin; of several
 * fields, those of the first.
 */
function startingItems(request: ReplayRequest, targetsOf: TargetsOf): number[] {
  const ordinals = [...targetsOf.keys()];
  const source = stream(request.seed).split('replay').split('start');
  const order = Array.from(subset(source, ordinals.length, ordinals.length), (i) => ordinals[i]!);
  if (request.asked.kind !== 'class') return order.slice(0, request.startLabels);
  const byClass = new Map<number, number[]>();
  for (const ordinal of order) {
    const target = targetsOf.get(ordinal)![0]!;
    byClass.set(target, [...(byClass.get(target) ?? []), ordinal]);
  }
  const piles = [...byClass].sort(([a], [b]) => a - b).map(([, pile]) => pile);
  const start: number[] = [];
  for (let round = 0; start.length < Math.min(request.startLabels, order.length); round++) {
    for (const pile of piles) {
      const ordinal = pile[round];
      if (ordinal !== undefined && start.length < request.startLabels) start.push(ordinal);
    }
  }
  return start;
}

/** Targets of each item of the pool, field by field. */
type TargetsOf = ReadonlyMap<number, Float64Array>;

type StepState = {
  readonly chosen: readonly number[];
  readonly targetsOf: TargetsOf;
  readonly isLast: boolean;
};

/** One turn of the loop; a pure function of the chosen items and the seed. */
async function oneStep(
  request: ReplayRequest,
  context: TaskContext<ReplayProgress>,
  { chosen, targetsOf, isLast }: StepState,
): Promise<{ metric: number; next: number[] | null }> {
  const { store, signal } = context;
  const rows = (ordinals: readonly number[]): Rows => ({
    ordinals: Int32Array.from(ordinals),
    targets: Float64Array.from(ordinals.flatMap((ordinal) => [...targetsOf.get(ordinal)!])),
  });
  const { asked } = request;
  const { validation, test } = request.answers;
  // Weights are new at each step; the seed of a step is that of the replay and the number of labels.
  const seed = stream(request.seed).split('step').at(chosen.length).key[0] >>> 1;
  const posterior = await train(request, context, {
    rows: rows(chosen),
    validation: (await labelledRows(store, request.features, asked, validation)) ?? undefined,
    seed,
  });
  const predictor = await createPredictor({
    engine: await engineOf(context.settings),
    posterior,
    samples: request.spec.samples,
  });
  try {
    const judged = test.ordinals.length > 0 ? test : rows(restOf(targetsOf, chosen));
    const features = await gatherFeatures(store, request.features, judged.ordinals);
    const moments = await predictor.moments(features, { signal });
    // The curve is that of the first field, as the curve of a project is.
    const { metrics } = judge({
      set: onlyField(judgedSet(asked), 0),
      heldOut: judgedFields(asked, moments, judged.targets)[0]!,
      validation: null,
      control: null,
      history: [],
      isCalibrated: false,
    });
    const metric = metrics.accuracy?.value ?? metrics.rmse ?? 0;
    if (isLast) return { metric, next: null };
    return {
      metric,
      next: await chooseNext(
        request,
        context,
        { posterior, predictor },
        { chosen, targetsOf, seed },
      ),
    };
  } finally {
    await predictor.dispose();
  }
}

/** As rounds train: in one place, or in shards, one after another here. */
async function train(
  { spec: asIs, features, asked }: ReplayRequest,
  { store, settings, signal }: TaskContext<ReplayProgress>,
  { rows, validation, seed }: { rows: Rows; validation: LabelledRows | undefined; seed: number },
): Promise<FittedPosterior> {
  const engine = await engineOf(settings);
  const coreSpec = (spec: ModelSpec) => toCoreSpec(spec, features.layout.shape, askedFields(asked));
  const labelled = async (some: Rows) => (await labelledRows(store, features, asked, some))!;
  if (asIs.partitioned === null)
    return fitPosterior({
      engine,
      spec: coreSpec(asIs),
      train: await labelled(rows),
      validation,
      seed,
      signal,
    });
  const dealt = dealRows(asIs, asked, rows, seed);
  return fitPartitioned({
    engine,
    spec: coreSpec(shardSpec(asIs)),
    shards: await Promise.all(dealt.map(labelled)),
    rounds: asIs.partitioned.rounds,
    damping: dampingOf(asIs, dealt.length),
    validation,
    seed,
    signal,
  });
}

/** Of items that were not trained on; what is judged comes beside it. */
const judgedSet = (asked: AskedFields): TrainingSet => ({
  version: 1,
  ...asked,
  heldOutSource: 'test',
  ordinals: [],
  targets: [],
  prior: null,
  parts: [],
  weights: [],
  poolRows: 0,
  levelTraining: false,
  tested: null,
});

const restOf = (targetsOf: TargetsOf, chosen: readonly number[]): number[] => {
  const taken = new Set(chosen);
  return [...targetsOf.keys()].filter((ordinal) => !taken.has(ordinal));
};

async function chooseNext(
  request: ReplayRequest,
  context: TaskContext<ReplayProgress>,
  { posterior, predictor }: { posterior: FittedPosterior; predictor: Predictor },
  state: { chosen: readonly number[]; targetsOf: TargetsOf; seed: number },
): Promise<number[]> {
  const { store, signal } = context;
  const ordinals = Int32Array.from(restOf(state.targetsOf, state.chosen));
  const keys_N = Float64Array.from(ordinals);
  const features = await gatherFeatures(store, request.features, ordinals);
  const moments = await predictor.moments(features, { signal });
  const scores_N = scoreItems(request.rule, poolUncertainty(moments));
  const base = { rule: request.rule, batchSize: request.batch, seed: state.seed, scores_N };
  const evidence = await jointEvidence({
    ...base,
    ordinals_N: ordinals,
    labelled: state.chosen,
    settings: context.settings,
    signal,
    gather: (some) => gatherFeatures(store, request.features, some),
    predictor: async () => predictor,
    posterior: async () => posterior,
  });
  const ranked = rankPool({
    ...base,
    ...evidence,
    keys_N,
    queueSize: request.batch,
    options: request.beta === null ? {} : { beta: request.beta },
  });
  return Array.from(ranked.indices, (n) => ordinals[n]!);
}
