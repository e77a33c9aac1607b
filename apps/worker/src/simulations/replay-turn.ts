import {
  type AskedFields,
  askedFields,
  judge,
  judgedFields,
  onlyField,
  type ReplayModel,
  type Rows,
  rowWidth,
  type TrainingSet,
} from '@dubio/active-learning';
import {
  createPredictor,
  type FittedPosterior,
  fitPartitioned,
  fitPosterior,
  lastLayerFeatures,
  type Predictor,
  stream,
  subset,
} from '@dubio/bayes-core';
import type { ModelSpec } from '@dubio/contracts';
import type { TaskContext } from '../compute/task-context.js';
import { type FeatureSource, gatherFeatures } from '../features/feature-gather.js';
import { engineOf } from '../tasks/engine.js';
import { type LabelledRows, labelledRows } from '../tasks/fit.task.js';
import { toCoreSpec } from '../tasks/model-spec.mapper.js';
import { dampingOf, dealRows, partitionSpec } from '../tasks/partitions.js';
import type { KnownAnswers } from './known-answers.js';

/** What every turn of a replay is made from. */
export type TurnRequest = {
  readonly features: FeatureSource;
  readonly answers: KnownAnswers;
  readonly asked: AskedFields;
  readonly spec: ModelSpec;
  readonly seed: number;
  readonly poolSize: number;
};

export type KnownPool = {
  /** Ordinals, rising. */
  readonly keys: Int32Array;
  /** Targets of each item, field by field. */
  readonly targetsOf: ReadonlyMap<number, Float64Array>;
};

/**
 * The pool of a replay: as many of the items with known answers as it asks for, drawn by its seed.
 */
export function knownPool({ answers, asked, seed, poolSize }: TurnRequest): KnownPool {
  const { ordinals, targets } = answers.pool;
  const source = stream(seed).split('replay').split('pool');
  const places = subset(source, ordinals.length, Math.min(poolSize, ordinals.length)).sort();
  const width = rowWidth(asked);
  const own = (place: number) => targets.subarray(place * width, (place + 1) * width);
  return {
    keys: places.map((place) => ordinals[place]!),
    targetsOf: new Map(Array.from(places, (place) => [ordinals[place]!, own(place)])),
  };
}

/** The model of one turn; a pure function of the labelled items and the seed. */
export async function fitTurn(
  request: TurnRequest,
  context: TaskContext<never>,
  known: KnownPool,
  { labelled, seed }: { readonly labelled: Int32Array; readonly seed: number },
): Promise<ReplayModel<number>> {
  const { store, settings, signal } = context;
  const { features, asked, spec, answers } = request;
  const rows = (ordinals: Int32Array): Rows => ({
    ordinals,
    targets: Float64Array.from(
      [...ordinals].flatMap((ordinal) => [...known.targetsOf.get(ordinal)!]),
    ),
  });
  const posterior = await train(request, context, {
    rows: rows(labelled),
    validation: (await labelledRows(store, features, asked, answers.validation)) ?? undefined,
    seed,
  });
  const engine = await engineOf(settings);
  const predictor = await createPredictor({ engine, posterior, samples: spec.samples });
  const taken = new Set(labelled);
  return {
    predictor: async () => predictor,
    predictorAfter: (count) =>
      createPredictor({ engine, posterior, samples: spec.samples - count, skip: count }),
    lastLayer: (some, options) => lastLayerFeatures({ engine, posterior }, some, options),
    judge: async () => {
      const { test } = answers;
      const rest = known.keys.filter((ordinal) => !taken.has(ordinal));
      const judged = test.ordinals.length > 0 ? test : rows(rest);
      const matrix = await gatherFeatures(store, features, judged.ordinals);
      return metricOf(asked, await predictor.moments(matrix, { signal }), judged.targets);
    },
    dispose: () => predictor.dispose(),
  };
}

/** The curve is that of the first field, as the curve of a project is. */
function metricOf(
  asked: AskedFields,
  moments: Awaited<ReturnType<Predictor['moments']>>,
  targets: Float64Array,
): number {
  const { metrics } = judge({
    set: onlyField(judgedSet(asked), 0),
    heldOut: judgedFields(asked, moments, targets)[0]!,
    validation: null,
    control: null,
    history: [],
    isCalibrated: false,
  });
  return metrics.accuracy?.value ?? metrics.rmse ?? 0;
}

/** As rounds train: in one place, or in partitions, one after another here. */
async function train(
  { spec: asIs, features, asked }: TurnRequest,
  { store, settings, signal }: TaskContext<never>,
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
    spec: coreSpec(partitionSpec(asIs)),
    partitions: await Promise.all(dealt.map(labelled)),
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
  trainWithLureWeights: false,
  activeTest: null,
});
