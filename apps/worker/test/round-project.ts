import { createHash } from 'node:crypto';
import { AcquisitionSpec, ModelSpec, type ModelSpecInput } from '@dubio/contracts';
import { requestRound } from '@dubio/labelling';
import { newId } from '@dubio/platform';
import { type SeedOptions, seedProject } from '@dubio/platform/testing';
import { expect } from 'vitest';
import type { z } from 'zod';
import { type Harness, until } from './harness.js';

const SHARD_ROWS = 4096;
const WIDTH = 8;
export const CLASSES = ['a', 'b', 'c', 'd'] as const;

export type RoundProject = {
  readonly projectId: string;
  readonly ownerId: string;
  readonly itemIds: readonly string[];
  /** The class of an item by its ordinal. */
  readonly truth: (ordinal: number) => string;
};

export type RoundProjectOptions = {
  readonly shards?: number;
  readonly labels?: number;
  readonly modelSpec?: ModelSpecInput;
  readonly acquisition?: z.input<typeof AcquisitionSpec>;
  readonly policies?: SeedOptions['policies'];
  readonly validation?: number;
  readonly test?: number;
  /** Ask for a number in place of a class. */
  readonly asNumber?: boolean;
};

/** Numbers from 0 to 1 that are the same in every run. */
function draws(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const classOf = (ordinal: number): number => (Math.imul(ordinal + 1, 2_654_435_761) >>> 13) % 4;

/** Four overlapping clouds of points, with the features written as an import would. */
export async function seedRoundProject(
  harness: Harness,
  options: RoundProjectOptions = {},
): Promise<RoundProject> {
  const { database } = harness;
  const pool = (options.shards ?? 2) * SHARD_ROWS - 900;
  const { validation = 200, test = 300, labels = 40 } = options;
  const seeded = await seedProject(database, {
    items: pool,
    validation,
    test,
    choices: CLASSES,
    policies: { queueSize: 200, retrainAfterLabels: null, ...options.policies },
  });
  const { projectId, itemIds } = seeded;
  const acquisition = AcquisitionSpec.parse({ rule: 'power-bald', ...options.acquisition });
  const modelSpec = ModelSpec.parse({
    network: { preset: 'mlp', hidden: [32], activation: 'relu' },
    posterior: { kind: 'mc-dropout', rate: 0.3 },
    maxEpochs: 12,
    drawsPerEpoch: 512,
    samples: 20,
    ...options.modelSpec,
  });
  await database.pool.query(
    'UPDATE project SET seed = 7, model_spec = $2, acquisition = $3 WHERE id = $1',
    [projectId, JSON.stringify(modelSpec), JSON.stringify(acquisition)],
  );
  if (options.asNumber) {
    const schema = { fields: [{ kind: 'number', name: 'answer', question: 'How much?' }] };
    await database.pool.query('UPDATE project SET label_schema = $2 WHERE id = $1', [
      projectId,
      JSON.stringify(schema),
    ]);
  }
  await writeFeatures(harness, projectId, itemIds.length);
  const answerOf = (ordinal: number) =>
    options.asNumber ? classOf(ordinal) * 10 + (ordinal % 3) : CLASSES[classOf(ordinal)];
  const known = itemIds.flatMap((id, ordinal) =>
    ordinal < labels || ordinal >= pool ? [{ id, answer: { answer: answerOf(ordinal) } }] : [],
  );
  await database.pool.query(
    `WITH l AS (SELECT * FROM unnest($2::uuid[], $3::text[]) AS l(id, answer)),
       marked AS (UPDATE item SET state = 'labelled' FROM l WHERE item.id = l.id)
     INSERT INTO label (item_id, project_id, answer, annotations, source)
     SELECT id, $1, answer::jsonb, 0, 'import' FROM l`,
    [projectId, known.map((k) => k.id), known.map((k) => JSON.stringify(k.answer))],
  );
  await database.pool.query('UPDATE project SET label_count = $2 WHERE id = $1', [
    projectId,
    labels,
  ]);
  return {
    projectId,
    ownerId: seeded.ownerId,
    itemIds,
    truth: (ordinal) => CLASSES[classOf(ordinal)] ?? 'a',
  };
}

async function writeFeatures(harness: Harness, projectId: string, rows: number): Promise<void> {
  const { database, store } = harness;
  const setId = newId();
  const draw = draws(11);
  const normal = () => Math.sqrt(-2 * Math.log(draw() + 1e-12)) * Math.cos(2 * Math.PI * draw());
  await database.pool.query(
    `INSERT INTO feature_set (id, project_id, generation, featuriser, shape, dtype, fitted, rows)
     VALUES ($1, $2, 1, '{"kind":"vector"}', $3, 'float32', $4, $5)`,
    [
      setId,
      projectId,
      JSON.stringify([WIDTH]),
      JSON.stringify({ columns: Array.from({ length: WIDTH }, (_, i) => `x.${i}`) }),
      rows,
    ],
  );
  for (let index = 0; index * SHARD_ROWS < rows; index++) {
    const count = Math.min(SHARD_ROWS, rows - index * SHARD_ROWS);
    const values = new Float32Array(count * WIDTH);
    for (let row = 0; row < count; row++) {
      const group = classOf(index * SHARD_ROWS + row);
      for (let d = 0; d < WIDTH; d++) {
        values[row * WIDTH + d] = normal() + (d % 4 === group ? 1.6 : 0);
      }
    }
    const bytes = new Uint8Array(values.buffer);
    const blobKey = `projects/${projectId}/features/${setId}/${index}-${count}.bin`;
    await store.put(blobKey, bytes);
    await database.pool.query(
      `INSERT INTO feature_shard (feature_set_id, project_id, index, rows, blob_key, content_hash)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      [setId, projectId, index, count, blobKey, createHash('sha256').update(bytes).digest()],
    );
  }
}

export async function startRound(harness: Harness, projectId: string): Promise<string> {
  const outcome = await harness.database.transaction((tx) =>
    requestRound(tx, { projectId, trigger: 'person' }),
  );
  if (outcome.remembered) throw new Error('A round was running already.');
  return outcome.roundId;
}

export type RoundEnd = {
  state: string;
  failure_code: string | null;
  failure_message: string | null;
  failure_stage: string | null;
  metrics: Record<string, unknown> | null;
};

const ENDED = ['ready', 'superseded', 'failed', 'cancelled'];

/** Waits until a round has ended, however it did. */
export const roundEnd = (harness: Harness, roundId: string): Promise<RoundEnd> =>
  until(async () => {
    const { rows } = await harness.database.pool.query<RoundEnd>(
      'SELECT state, failure_code, failure_message, failure_stage, metrics FROM round WHERE id = $1',
      [roundId],
    );
    return rows[0] && ENDED.includes(rows[0].state) ? rows[0] : null;
  });

/** Waits for the end of a round that must become ready. */
export async function roundReady(harness: Harness, roundId: string): Promise<RoundEnd> {
  const end = await roundEnd(harness, roundId);
  expect(end).toMatchObject({ state: 'ready', failure_message: null });
  return end;
}

export const roundState = (harness: Harness, roundId: string, state: string): Promise<true> =>
  until(async () => {
    const { rows } = await harness.database.pool.query<{ state: string }>(
      'SELECT state FROM round WHERE id = $1',
      [roundId],
    );
    const seen = rows[0]?.state;
    if (seen !== undefined && seen !== state && ENDED.includes(seen))
      throw new Error(`The round is ${seen} and was never seen ${state}.`);
    return seen === state ? true : null;
  });

/** The queue in use, as far as it must be the same in every run: order, figures and origin. */
export async function queueOf(harness: Harness, projectId: string): Promise<string[]> {
  const { rows } = await harness.database.pool.query<Record<string, unknown>>(
    `SELECT q.rank, i.ordinal, q.origin, q.score, q.epistemic, q.total, q.quantile, q.predicted, q.votes
       FROM queue_entry q JOIN item i ON i.id = q.item_id JOIN project p ON p.id = q.project_id
      WHERE q.project_id = $1 AND q.generation = p.generation ORDER BY q.rank`,
    [projectId],
  );
  return rows.map((row) => JSON.stringify(row));
}
