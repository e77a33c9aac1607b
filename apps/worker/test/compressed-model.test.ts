import { poolUncertainty, readPoolScores } from '@dubio/active-learning';
import {
  createOnnxEngine,
  createPredictor,
  type FittedPosterior,
  loadPosterior,
  type PoolMoments,
} from '@dubio/bayes-core';
import { ModelCompression, ModelSpec, ProjectId, RoundId } from '@dubio/contracts';
import { createDemoProject } from '@dubio/labelling';
import { enqueueJob } from '@dubio/platform';
import { seedProject } from '@dubio/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, startHarness, until } from './harness.js';
import {
  queueOf,
  type RoundEnd,
  roundEnd,
  roundState,
  seedRoundProject,
  startRound,
} from './round-project.js';

const LABELS = 1000;
const UNITS = 64;
const SAMPLES = 30;
const PIXELS = 64;

/**
 * A prior that counts in full, once the units have become of use: what makes a network of a project
 * really smaller.
 */
const PRUNING = ModelSpec.parse({
  network: { preset: 'mlp', hidden: [UNITS], activation: 'relu' },
  posterior: { kind: 'group-normal-jeffreys', klScale: 1, klWarmUpEpochs: 30 },
  optimiser: { kind: 'adam', learningRate: 0.01 },
  maxEpochs: 40,
  samples: SAMPLES,
});

describe('a round that uses the compressed model', () => {
  let harness: Harness;
  let projectId: string;
  let roundId: string;
  let end: RoundEnd;

  beforeAll(async () => {
    harness = await startHarness();
    await harness.startWorker({ concurrency: 2 });
    projectId = await labelledDigits();
    await want(projectId);
    roundId = await startRound(harness, projectId);
    end = await roundEnd(harness, roundId);
  });
  afterAll(() => harness.close());

  const query = async (sql: string, values: unknown[]) =>
    (await harness.database.pool.query<Record<string, unknown>>(sql, values)).rows;

  const want = (id: string) =>
    query(
      `UPDATE project SET policies = policies || '{"useCompressedModel": true}', seed = 7 WHERE id = $1`,
      [id],
    );

  /** The demo digits with the first labels of the pool known. */
  async function labelledDigits(): Promise<string> {
    const { workspaceId } = await seedProject(harness.database);
    const demo = await createDemoProject(harness.database, harness.store, { workspaceId });
    const id = String(demo.projectId);
    await query('UPDATE project SET model_spec = $2 WHERE id = $1', [id, PRUNING]);
    const [project] = await query('SELECT truth_key FROM project WHERE id = $1', [id]);
    const truth = await harness.store.get(String(project!.truth_key));
    const { answers } = JSON.parse(new TextDecoder().decode(truth));
    await query(
      `WITH known AS (
         UPDATE item SET state = 'labelled' WHERE id IN (
           SELECT id FROM item WHERE project_id = $1 AND split = 'pool' ORDER BY ordinal LIMIT $2)
         RETURNING id, external_id)
       INSERT INTO label (item_id, project_id, answer, annotations, source)
       SELECT id, $1, $3::jsonb -> external_id, 0, 'import' FROM known`,
      [id, LABELS, answers],
    );
    await query('UPDATE project SET label_count = $2 WHERE id = $1', [id, LABELS]);
    return id;
  }

  /** Uncertainties about rows of pixels from a stored posterior, as scoring would draw it. */
  async function momentsOf(posterior: FittedPosterior, data: Float32Array): Promise<PoolMoments> {
    const engine = createOnnxEngine();
    const predictor = await createPredictor({ engine, posterior, samples: SAMPLES });
    const rows = data.length / PIXELS;
    const moments = await predictor.moments({ data, rows, shape: posterior.spec.input.shape });
    await predictor.dispose();
    return moments;
  }

  const totals = async (posterior: FittedPosterior, data: Float32Array) =>
    poolUncertainty(await momentsOf(posterior, data)).total_N;

  /** Features of some items, scaled as rounds do. */
  async function pixelsOf(ordinals: ArrayLike<number>): Promise<Float32Array> {
    const [set] = await query('SELECT id, scale FROM feature_set WHERE project_id = $1', [
      projectId,
    ]);
    const shards = await query(
      'SELECT blob_key FROM feature_shard WHERE feature_set_id = $1 ORDER BY index',
      [set!.id],
    );
    const bytes = Buffer.concat(
      await Promise.all(shards.map(({ blob_key }) => harness.store.get(String(blob_key)))),
    );
    const rows = Array.from(ordinals, (at) => bytes.subarray(at * PIXELS, (at + 1) * PIXELS));
    return Float32Array.from(Buffer.concat(rows), (value) => value * Number(set!.scale));
  }

  it('prunes most units at no loss, scores the pool with what is left, and agrees with the full one', async () => {
    expect(end).toMatchObject({ state: 'ready', failure_message: null });

    const [model] = await query(
      `SELECT compression, artifact_key, compressed_artifact_key, compressed_onnx_key, compressed_fast_onnx_key
         FROM model WHERE round_id = $1`,
      [roundId],
    );
    const found = ModelCompression.parse(model!.compression);
    const [first, head] = found.layers;
    expect(first!.inputs.after).toBeLessThan(0.85 * first!.inputs.before);
    expect(head!.inputs).toEqual({ before: UNITS, after: first!.outputs.after });
    expect(head!.inputs.after).toBeLessThan(0.5 * UNITS);
    expect(found.numbers.after).toBeLessThan(found.numbers.before / 3);
    expect(found.compressed.accuracy!.value).toBeGreaterThan(0.88);
    expect(found.gate).toEqual({
      passed: true,
      reason: expect.stringMatching(/^On 1797 held-out items: error .* \(at most 1 point more\)/),
    });
    for (const key of [model!.compressed_onnx_key, model!.compressed_fast_onnx_key])
      expect((await harness.store.head(String(key)))!.sizeBytes).toBeGreaterThan(1000);

    // The pool was scored by draws of the compressed posterior, and of no other.
    expect(end.metrics!.scoredBy).toEqual({ network: 'compressed', reason: null });
    const folder = `projects/${projectId}/rounds/${roundId}`;
    const pool = readPoolScores(await harness.store.get(`${folder}/pool.bin`));
    expect(pool.ordinal.length).toBe(3500 - LABELS);
    const data = await pixelsOf(pool.ordinal);
    const load = async (key: unknown) => loadPosterior(await harness.store.get(String(key)));
    const full = await load(model!.artifact_key);
    const own = await totals(await load(model!.compressed_artifact_key), data);
    const most = Math.max(...pool.total.map((value, i) => Math.abs(value - own[i]!)));
    expect(most).toBeLessThan(1e-4);

    // Uncertainties differ from those of the full network as two sets of draws from that one
    // differ, at most a quarter more.
    const uncertainties = await totals(full, data);
    const again = await totals({ ...full, seed: full.seed + 1 }, data);
    expect(meanGap(uncertainties, own)).toBeLessThan(1.25 * meanGap(uncertainties, again));
    expect(meanGap(uncertainties, own)).toBeGreaterThan(0);
  });

  it('ends in the same state when its stages run twice', async () => {
    const state = async () => ({
      queue: await queueOf(harness, projectId),
      model: await query('SELECT * FROM model WHERE round_id = $1', [roundId]),
    });
    const once = await state();
    expect(once.queue.length).toBeGreaterThan(0);
    await query('DELETE FROM shard_score WHERE round_id = $1', [roundId]);
    await query(`UPDATE round SET state = 'queued', metrics = NULL WHERE id = $1`, [roundId]);
    // Each stage is delivered once more; what the stages themselves enqueue is known by its name
    // and was done.
    const ids = { roundId: RoundId.parse(roundId), projectId: ProjectId.parse(projectId) };
    const { database } = harness;
    await database.transaction((tx) => enqueueJob(tx, 'round.train', ids));
    await roundState(harness, roundId, 'scoring');
    await database.transaction((tx) => enqueueJob(tx, 'round.score', ids));
    const shards = await until(async () => {
      const rows = await query('SELECT index FROM shard_score WHERE round_id = $1', [roundId]);
      return rows.length > 0 ? rows : null;
    });
    for (const { index } of shards) {
      const shard = { ...ids, shard: Number(index) };
      await database.transaction((tx) => enqueueJob(tx, 'round.score-shard', shard));
    }
    await roundState(harness, roundId, 'selecting');
    await database.transaction((tx) => enqueueJob(tx, 'round.select', ids));
    expect(await roundEnd(harness, roundId)).toMatchObject({
      state: 'ready',
      metrics: { scoredBy: { network: 'compressed', reason: null } },
    });
    expect(await state()).toEqual(once);
  });

  it('scores with the full one where there is no compressed one, and says why', async () => {
    const dropout = await seedRoundProject(harness, { shards: 1 });
    await want(dropout.projectId);
    const ended = await roundEnd(harness, await startRound(harness, dropout.projectId));
    expect(ended).toMatchObject({
      state: 'ready',
      metrics: {
        scoredBy: { network: 'full', reason: expect.stringContaining('has no compressed model') },
      },
    });
  });
});

function meanGap(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! - b[i]!);
  return sum / a.length;
}
