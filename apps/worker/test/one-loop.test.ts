import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  encodeTrainingSet,
  getRule,
  PART,
  type TrainingSet,
  turnSeed,
} from '@dubio/active-learning';
import { completeSpec, createOnnxEngine, Sequence, stream } from '@dubio/bayes-core';
import { curveTurns } from '@dubio/bench/dist/curve/run-curve.js';
import { LabelSchema, ModelSpec } from '@dubio/contracts';
import { rulesFor } from '@dubio/contracts/catalogue';
import { createObjectStore } from '@dubio/platform';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ComputeSettings, TaskContext } from '../src/compute/task-context.js';
import { SHARD_ROWS } from '../src/features/shard-layout.js';
import { type ReplayProgress, replay } from '../src/simulations/replay.task.js';
import { fit } from '../src/tasks/fit.task.js';
import { toCoreSpec } from '../src/tasks/model-spec.mapper.js';
import { scoreShard } from '../src/tasks/score-shard.task.js';
import { select } from '../src/tasks/select.task.js';

// A round, a replay and a bench are told the same pool, labels and seed, beyond every cap of the
// loop: more open items than are described, more labels than are kept away from, a queue longer
// than what is picked jointly.
const WIDTH = 3;
const ROWS = 13_000;
const LABELLED = 2_200;
const QUEUE = 600;
const BATCH = 12;
const SEED = 7;
const CLASSES = ['a', 'b', 'c'];

const values = (() => {
  const random = new Sequence(stream(1).split('one loop'));
  return Float32Array.from({ length: ROWS * WIDTH }, () => random.uniform() * 2 - 1);
})();
const sumOf = (n: number) => values[n * WIDTH]! + values[n * WIDTH + 1]! / 2;
const classOf = (n: number) => (sumOf(n) < -0.4 ? 0 : sumOf(n) < 0.4 ? 1 : 2);

const asked = {
  class: { kind: 'class', classes: CLASSES, fields: [] },
  number: { kind: 'number', classes: [], fields: [] },
} as const;
type Kind = keyof typeof asked;
const targetOf = (kind: Kind, n: number) => (kind === 'class' ? classOf(n) : sumOf(n));

const spec = ModelSpec.parse({
  network: { preset: 'mlp', hidden: [8] },
  posterior: { kind: 'mc-dropout', rate: 0.25 },
  maxEpochs: 1,
  samples: 4,
});
const layout = { shape: [WIDTH], dtype: 'float32', scale: 1, offset: 0 } as const;
const partitionCount = Math.ceil(ROWS / SHARD_ROWS);
const shards = Array.from({ length: partitionCount }, (_, index) => ({
  index,
  rows: Math.min(SHARD_ROWS, ROWS - index * SHARD_ROWS),
  blobKey: `features/${index}.bin`,
}));
const features = { layout, shards };
const all = Int32Array.from({ length: ROWS }, (_, n) => n);
/** Every sixth item, then the next ones: out of order, as people label. */
const labelled = [...all].toSorted((a, b) => (a % 6) - (b % 6) || b - a).slice(0, LABELLED);

const folder = mkdtempSync(join(tmpdir(), 'dubio-one-loop-'));
const store = createObjectStore(pathToFileURL(folder).href);
const settings: ComputeSettings = {
  databaseUrl: '',
  storageUrl: '',
  engine: 'onnx',
  device: 'cpu',
  engineThreads: 1,
  memoryLimitMb: 4096,
};
const contextOf = <Progress>(report: (progress: Progress) => void): TaskContext<Progress> => ({
  signal: new AbortController().signal,
  store,
  settings,
  database: () => {
    throw new Error('choosing asks no database');
  },
  report,
});

beforeAll(async () => {
  for (const { index, rows, blobKey } of shards) {
    const from = index * SHARD_ROWS * WIDTH;
    const part = values.slice(from, from + rows * WIDTH);
    await store.put(blobKey, new Uint8Array(part.buffer));
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

const acquisitionOf = (rule: string) => ({ rule, beta: null, batchSize: 5 });

/** What a round publishes, through the worker's own tasks. */
async function roundQueue(kind: Kind, rule: string): Promise<number[]> {
  const context = contextOf(() => {});
  const ordinals = [...labelled].sort((a, b) => a - b);
  const set: TrainingSet = {
    ...{ version: 1, kind, classes: [...asked[kind].classes], fields: [] },
    heldOutSource: 'none',
    ordinals,
    targets: ordinals.map((n) => targetOf(kind, n)),
    parts: ordinals.map(() => PART.train),
    ...{ prior: null, weights: [], poolRows: ROWS, trainWithLureWeights: false, activeTest: null },
  };
  const keys = { trainingSetKey: `${kind}/set.json`, artifactKey: `${kind}/posterior.bin` };
  const seed = turnSeed(SEED, LABELLED);
  await store.put(keys.trainingSetKey, encodeTrainingSet(set));
  await fit({ ...keys, features, spec, seed, member: null, checkpointKey: 'checkpoint' }, context);
  const taken = new Set(labelled);
  const scoreKeys = shards.map(({ index }) => `${kind}/${rule}/scores-${index}.bin`);
  for (const { index } of shards)
    await scoreShard(
      {
        ...{ features, rule, samples: spec.samples, firstSamples: null, surrogate: null },
        artifactKey: keys.artifactKey,
        ordinals: all.filter((n) => Math.floor(n / SHARD_ROWS) === index && !taken.has(n)),
        outputKey: scoreKeys[index]!,
      },
      context,
    );
  const { queue } = await select(
    {
      ...keys,
      ...{ scoreKeys, features, seed, samples: spec.samples, firstSamples: null },
      acquisition: acquisitionOf(rule),
      ...{ queueSize: QUEUE, controlShare: 0, activeTestShare: 0, expectedLossKeys: [] },
      gone: Int32Array.from(labelled),
      mostEpistemic: null,
      outputKey: `${kind}/${rule}/pool.bin`,
    },
    context,
  );
  expect(queue.ordinal).toHaveLength(QUEUE);
  return [...queue.ordinal];
}

/** What a replay of the platform labels next. */
async function replayNext(kind: Kind, rule: string): Promise<number[]> {
  const told: ReplayProgress[] = [];
  const empty = { ordinals: new Int32Array(0), targets: new Float64Array(0) };
  await replay(
    {
      ...{
        features,
        spec,
        seed: SEED,
        asked: { ...asked[kind], classes: [...asked[kind].classes], fields: [] },
      },
      answers: {
        pool: { ordinals: all, targets: Float64Array.from(all, (n) => targetOf(kind, n)) },
        validation: empty,
        test: {
          ordinals: all.slice(0, 5),
          targets: Float64Array.from([0, 1, 2, 3, 4], (n) => targetOf(kind, n)),
        },
      },
      acquisition: acquisitionOf(rule),
      ...{ queueSize: QUEUE, startLabels: LABELLED, batch: BATCH, endLabels: ROWS, poolSize: ROWS },
      chosen: labelled,
      sliceMs: 0,
    },
    contextOf<ReplayProgress>((progress) => told.push(progress)),
  );
  return told[0]!.chosen.slice(LABELLED);
}

/** What the bench's learning curves label next. */
async function benchNext(rule: string): Promise<number[]> {
  const dataset = (rows: Int32Array) => ({
    features: {
      data: Float32Array.from(
        [...rows].flatMap((n) => [...values.subarray(n * WIDTH, (n + 1) * WIDTH)]),
      ),
      rows: rows.length,
      shape: [WIDTH],
    },
    labels: rows.map(classOf),
    classes: CLASSES.length,
  });
  const turns = curveTurns(
    {
      engine: createOnnxEngine({ threads: 1 }),
      state: { runs: new Map() },
      protocol: {
        spec: completeSpec(
          toCoreSpec(spec, [WIDTH], [{ name: '', kind: 'class', classes: CLASSES }]),
        ),
        ...{ batch: BATCH, queueSize: QUEUE, beta: null, samples: spec.samples, labels: ROWS },
        jointly: acquisitionOf(rule).batchSize,
      },
    },
    { pool: dataset(all), validation: null, test: dataset(all.slice(0, 5)) },
    { rule, seed: SEED, acquired: labelled, points: [] },
  );
  for await (const { next } of turns) return next!.slice(LABELLED);
  throw new Error('A curve has at least one turn.');
}

const rulesOf = (field: object) =>
  rulesFor(LabelSchema.parse({ fields: [{ name: 'asked', question: 'Which?', ...field }] }));
const choices = CLASSES.map((value) => ({ value }));

describe('a round, a replay and a bench choose the same items', () => {
  it.each(rulesOf({ kind: 'choice', choices }).map((rule) => [rule]))(
    'of classes, by %s',
    async (rule) => {
      const queue = await roundQueue('class', rule);
      expect(await replayNext('class', rule)).toEqual(queue.slice(0, BATCH));
      expect(await benchNext(rule)).toEqual(queue.slice(0, BATCH));
    },
  );

  it.each(rulesOf({ kind: 'number' }).map((rule) => [rule]))('of numbers, by %s', async (rule) => {
    expect(getRule(rule).kinds).toContain('number');
    const queue = await roundQueue('number', rule);
    expect(await replayNext('number', rule)).toEqual(queue.slice(0, BATCH));
  });
});
