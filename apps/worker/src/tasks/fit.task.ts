import {
  type AskedFields,
  askedFields,
  decodeTrainingSet,
  fieldTargets,
  type Rows,
  rowsOf,
  type TrainingSet,
  weightsAt,
} from '@dubio/active-learning';
import {
  type FitOptions,
  fitPartition,
  fitPosterior,
  loadPartitionTask,
  loadPosterior,
  NumericsError,
  type SingleTargets,
  type Targets,
  type TrainingProgress,
} from '@dubio/bayes-core';
import type { ModelSpec } from '@dubio/contracts';
import { ObjectNotFoundError, type ObjectStore } from '@dubio/platform';
import type { TaskContext } from '../compute/task-context.js';
import { type FeatureSource, gatherFeatures } from '../features/feature-gather.js';
import { engineOf } from './engine.js';
import { toCoreSpec } from './model-spec.mapper.js';
import { dealRows } from './partitions.js';

export type FitRequest = {
  readonly trainingSetKey: string;
  readonly features: FeatureSource;
  readonly spec: ModelSpec;
  readonly seed: number;
  /** Trains one member of an ensemble. */
  readonly member: number | null;
  /**
   * Trains one partition of the labels: number `index` of all fits of the round, under the task
   * that waits at the key.
   */
  readonly partition?: { readonly index: number; readonly taskKey: string };
  readonly checkpointKey: string;
  readonly artifactKey: string;
};
export type FitProgress = {
  readonly epoch: number;
  readonly loss: number;
  readonly fraction: number;
};
export type FitResult = { readonly resumedFrom: boolean };

/**
 * Trains on a fixed set of labels and stores the posterior; goes on from a checkpoint where there
 * is one.
 */
export async function fit(
  request: FitRequest,
  context: TaskContext<FitProgress>,
): Promise<FitResult> {
  const { store } = context;
  const set = decodeTrainingSet(await store.get(request.trainingSetKey));
  const { partition } = request;
  const rowsFor = (rows: Rows) => trainingRows(store, request.features, set, rows);
  const validation = partition ? undefined : await rowsFor(rowsOf(set, 'validation'));
  const all = rowsOf(set, 'train');
  const partitions = dealRows(request.spec, set, all, request.seed);
  const train = await rowsFor(partition ? partitions[partition.index % partitions.length]! : all);
  if (train === undefined) throw new Error('The training set has no rows to train on.');
  const checkpoints = new CheckpointWriter(store, request.checkpointKey);
  const resumeFrom = await findCheckpoint(store, request.checkpointKey);
  const watched = (checkpoint: Uint8Array | undefined) => ({
    train,
    signal: context.signal,
    onProgress: ({ epoch, loss, fractionDone }: TrainingProgress) =>
      context.report({ epoch, loss, fraction: fractionDone }),
    onCheckpoint: (bytes: Uint8Array) => checkpoints.write(bytes),
    resumeFrom: checkpoint,
  });
  const run = async (checkpoint: Uint8Array | undefined) => {
    const engine = await engineOf(context.settings);
    if (partition) {
      const task = loadPartitionTask(await store.get(partition.taskKey));
      return fitPartition({ ...watched(checkpoint), engine, task });
    }
    return fitPosterior({
      ...watched(checkpoint),
      engine,
      spec: toCoreSpec(request.spec, request.features.layout.shape, askedFields(set)),
      validation,
      seed: request.seed,
      member: request.member ?? undefined,
      prior: set.prior ? loadPosterior(await store.get(set.prior.artifactKey)) : undefined,
    });
  };
  const posterior = await run(resumeFrom).catch((error: unknown) => {
    // A checkpoint of other rows or another version is worth nothing: begin anew.
    if (resumeFrom && isForeignCheckpoint(error)) return run(undefined);
    throw error;
  });
  await store.put(request.artifactKey, posterior.save());
  await checkpoints.settle();
  await store.delete(request.checkpointKey);
  return { resumedFrom: resumeFrom !== undefined };
}

export type LabelledRows = FitOptions['train'];

/** Rows with what each counts, where the round trains with LURE weights. */
export async function trainingRows(
  store: ObjectStore,
  source: FeatureSource,
  set: TrainingSet,
  rows: Rows,
): Promise<LabelledRows | undefined> {
  const labelled = await labelledRows(store, source, set, rows);
  if (labelled === null) return undefined;
  return set.trainWithLureWeights
    ? { ...labelled, weights: weightsAt(set, rows.ordinals) }
    : labelled;
}

export async function labelledRows(
  store: ObjectStore,
  source: FeatureSource,
  set: AskedFields,
  rows: Rows,
): Promise<LabelledRows | null> {
  if (rows.ordinals.length === 0) return null;
  const features = await gatherFeatures(store, source, rows.ordinals);
  return { features, targets: toCoreTargets(set, rows.targets) };
}

export function toCoreTargets(set: AskedFields, targets: Float64Array): Targets {
  const own = fieldTargets(set, targets);
  const fields = askedFields(set).map(({ kind }, k) => singleTargets(kind, own[k]!));
  return fields.length === 1 ? fields[0]! : { kind: 'fields', fields };
}

function singleTargets(kind: TrainingSet['kind'], values: Float64Array): SingleTargets {
  switch (kind) {
    case 'class':
      return { kind, values: Int32Array.from(values) };
    case 'choices':
      return { kind, values: Uint8Array.from(values) };
    case 'number':
      return { kind, values };
  }
}

async function findCheckpoint(store: ObjectStore, key: string): Promise<Uint8Array | undefined> {
  try {
    return await store.get(key);
  } catch (error) {
    if (error instanceof ObjectNotFoundError) return undefined;
    throw error;
  }
}

const isForeignCheckpoint = (error: unknown): boolean =>
  error instanceof NumericsError && /^(weights|corrupt)[-_]/.test(error.code);

/** Writes checkpoints one after another; while one is written, only the newest waits. */
class CheckpointWriter {
  private writing: Promise<void> | null = null;
  private next: Uint8Array | null = null;

  constructor(
    private readonly store: ObjectStore,
    private readonly key: string,
  ) {}

  write(bytes: Uint8Array): void {
    this.next = bytes;
    this.writing ??= this.drain().finally(() => {
      this.writing = null;
    });
  }

  async settle(): Promise<void> {
    await this.writing;
  }

  private async drain(): Promise<void> {
    while (this.next) {
      const bytes = this.next;
      this.next = null;
      // Without a checkpoint a later run begins anew; that is no reason to stop this one.
      await this.store.put(this.key, bytes).catch(() => {});
    }
  }
}
