import { unpackScores } from '@dubio/active-learning';
import { ConformalScores } from '@dubio/contracts';
import { cancelRound, requestRound } from '@dubio/labelling';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, startHarness, until } from './harness.js';
import { queueOf, roundEnd, roundState, seedRoundProject, startRound } from './round-project.js';

type Row = Record<string, unknown>;

describe('rounds and how they end', () => {
  let harness: Harness;
  const query = async (text: string, ...values: unknown[]): Promise<Row[]> =>
    (await harness.database.pool.query<Row>(text, values)).rows;

  beforeAll(async () => {
    harness = await startHarness();
    await harness.startWorker({ concurrency: 2 });
  });
  afterAll(() => harness.close());

  it('joins an ensemble whose members were trained as jobs of their own', async () => {
    const project = await seedRoundProject(harness, {
      shards: 1,
      modelSpec: { posterior: { kind: 'ensemble', members: 3 }, maxEpochs: 4, samples: 3 },
      acquisition: { rule: 'bald' },
    });
    const roundId = await startRound(harness, project.projectId);
    expect(await roundEnd(harness, roundId)).toMatchObject({ state: 'ready' });
    expect(
      await query('SELECT state FROM round_member WHERE round_id = $1 ORDER BY index', roundId),
    ).toEqual([{ state: 'done' }, { state: 'done' }, { state: 'done' }]);
    const [best] = await queueOf(harness, project.projectId);
    const votes = (JSON.parse(best ?? '{}') as { votes: number[] }).votes;
    expect(votes.reduce((sum, count) => sum + count, 0)).toBe(3);
  });

  it('stores model, metrics and artifacts that open', async () => {
    const project = await seedRoundProject(harness, { shards: 1 });
    const roundId = await startRound(harness, project.projectId);
    const end = await roundEnd(harness, roundId);
    expect(end.metrics).toMatchObject({
      labels: 40,
      metricName: 'accuracy',
      heldOut: 300,
      heldOutSource: 'test',
      epistemicMean: expect.any(Number),
    });
    const [model] = await query('SELECT * FROM model WHERE round_id = $1', roundId);
    expect(model).toMatchObject({ promoted: true, labels: 40, temperature: expect.any(Number) });
    const metrics = model?.metrics as {
      accuracy: { value: number };
      perClass: { labels: number }[];
    };
    expect(metrics.accuracy.value).toBeGreaterThan(0.4);
    expect(metrics.perClass.reduce((sum, row) => sum + row.labels, 0)).toBe(40);
    const { full: conformal } = model!.conformal as {
      full: Record<'exact' | 'fast', unknown>;
    };
    for (const mode of ['exact', 'fast'] as const) {
      const [only] = ConformalScores.parse(conformal[mode]).fields;
      const counts = [only?.split, only?.adaptive].map((lists) => [
        unpackScores(lists?.calibration ?? '').length,
        unpackScores(lists?.measured ?? '').length,
      ]);
      // Learned from the validation items, measured on the test items.
      expect(counts).toEqual([
        [200, 300],
        [200, 300],
      ]);
    }
    for (const key of [model?.artifact_key, model?.onnx_key]) {
      expect((await harness.store.head(String(key)))?.sizeBytes).toBeGreaterThan(1000);
    }
  });

  it('learns numbers, and orders the pool by the spread of the predictions', async () => {
    const project = await seedRoundProject(harness, {
      shards: 1,
      labels: 200,
      asNumber: true,
      modelSpec: { maxEpochs: 40, patience: 40, samples: 20 },
      acquisition: { rule: 'power-variance' },
    });
    const roundId = await startRound(harness, project.projectId);
    const end = await roundEnd(harness, roundId);
    expect(end).toMatchObject({ state: 'ready', failure_message: null });
    expect(end.metrics).toMatchObject({ metricName: 'rmse', heldOut: 300, ece: null });
    // Answers spread by 11 around their mean: what is learned must be nearer than that.
    expect(Number(end.metrics?.metric)).toBeLessThan(10);
    const [first] = await query(
      `SELECT q.predicted, q.mean, q.votes, q.epistemic FROM queue_entry q
        WHERE q.project_id = $1 AND q.generation = 1 ORDER BY q.rank LIMIT 1`,
      project.projectId,
    );
    expect(first).toEqual({
      predicted: null,
      mean: expect.any(Number),
      votes: [],
      epistemic: expect.any(Number),
    });
  });

  it('tells those who watch of each state, and of progress within each stage', async () => {
    const project = await seedRoundProject(harness, {
      shards: 2,
      modelSpec: { maxEpochs: 300, patience: 300, samples: 30 },
    });
    const roundId = await startRound(harness, project.projectId);
    await roundEnd(harness, roundId);
    const events = await query(
      'SELECT data FROM outbox_event WHERE project_id = $1 ORDER BY txid, id',
      project.projectId,
    );
    const data = events.map((event) => event.data as { type: string; state?: string });
    expect(data.filter((e) => e.type === 'round.changed').map((e) => e.state)).toEqual([
      'queued',
      'training',
      'scoring',
      'selecting',
      'ready',
    ]);
    for (const state of ['training', 'scoring']) {
      expect(data.some((e) => e.type === 'round.progress' && e.state === state)).toBe(true);
    }
    expect(data.some((e) => e.type === 'model.ready')).toBe(true);
    expect(data.some((e) => e.type === 'queue.published')).toBe(true);
  });

  it('stops a cancelled round and starts the next one as if nothing had been', async () => {
    const project = await seedRoundProject(harness, {
      shards: 1,
      modelSpec: { maxEpochs: 10_000, patience: 1000, drawsPerEpoch: 512, samples: 5 },
    });
    const roundId = await startRound(harness, project.projectId);
    await roundState(harness, roundId, 'training');
    await until(async () => {
      const [row] = await query('SELECT progress FROM round WHERE id = $1', roundId);
      return row?.progress ?? null;
    });
    await harness.database.transaction((tx) =>
      cancelRound(tx, { projectId: project.projectId, number: 1 }),
    );
    await query(
      `UPDATE project SET model_spec = jsonb_set(model_spec, '{maxEpochs}', '3') WHERE id = $1`,
      project.projectId,
    );
    const next = await startRound(harness, project.projectId);
    expect(await roundEnd(harness, next)).toMatchObject({ state: 'ready' });
    expect(await query('SELECT state FROM round WHERE id = $1', roundId)).toEqual([
      { state: 'cancelled' },
    ]);
    expect(await query('SELECT 1 FROM model WHERE round_id = $1', roundId)).toEqual([]);
  });

  it('starts the round that was wished for meanwhile, once', async () => {
    const project = await seedRoundProject(harness, { shards: 1 });
    const { projectId } = project;
    await startRound(harness, projectId);
    for (let i = 0; i < 3; i++) {
      await harness.database.transaction((tx) =>
        requestRound(tx, { projectId, trigger: 'labels' }),
      );
    }
    await until(async () => {
      const rows = await query(
        `SELECT number, state FROM round WHERE project_id = $1 AND state = 'ready' AND number = 2`,
        projectId,
      );
      return rows.length === 1;
    });
    expect(
      await query(
        'SELECT number, state FROM round WHERE project_id = $1 ORDER BY number',
        projectId,
      ),
    ).toEqual([
      { number: 1, state: 'superseded' },
      { number: 2, state: 'ready' },
    ]);
  });

  it('says in words why a round failed, and the next trigger works', async () => {
    const project = await seedRoundProject(harness, { shards: 1, labels: 3 });
    const roundId = await startRound(harness, project.projectId);
    expect(await roundEnd(harness, roundId)).toMatchObject({
      state: 'failed',
      failure_code: 'too-few-labels',
      failure_stage: 'training',
      failure_message:
        'Round 1 stopped while training. It takes at least 4 labels to train on, there are 3. Label a few more. All labels are kept, and items are still served.',
    });
    await query(
      `WITH more AS (SELECT id, ordinal FROM item WHERE project_id = $1 AND state = 'pool' ORDER BY ordinal LIMIT 30),
         marked AS (UPDATE item SET state = 'labelled' FROM more WHERE item.id = more.id)
       INSERT INTO label (item_id, project_id, answer, annotations)
       SELECT id, $1, jsonb_build_object('answer', CASE WHEN ordinal % 2 = 0 THEN 'a' ELSE 'b' END), 1 FROM more`,
      project.projectId,
    );
    const next = await startRound(harness, project.projectId);
    expect(await roundEnd(harness, next)).toMatchObject({ state: 'ready' });
  });

  it('refuses labels that all say the same', async () => {
    const project = await seedRoundProject(harness, { shards: 1, labels: 8 });
    await query(
      `UPDATE label SET answer = '{"answer":"a"}' WHERE project_id = $1`,
      project.projectId,
    );
    const roundId = await startRound(harness, project.projectId);
    expect(await roundEnd(harness, roundId)).toMatchObject({ failure_code: 'one-class-only' });
  });

  it('refuses features that are no numbers, and keeps the queue of the round before', async () => {
    const project = await seedRoundProject(harness, { shards: 1 });
    const first = await startRound(harness, project.projectId);
    await roundEnd(harness, first);
    const [shard] = await query(
      'SELECT blob_key FROM feature_shard WHERE project_id = $1',
      project.projectId,
    );
    const key = String(shard?.blob_key);
    const bytes = Uint8Array.from(await harness.store.get(key));
    new Float32Array(bytes.buffer)[3] = Number.NaN;
    await harness.store.put(key, bytes);
    const second = await startRound(harness, project.projectId);
    const end = await roundEnd(harness, second);
    expect(end).toMatchObject({ state: 'failed', failure_code: 'bad-features' });
    expect(end.failure_message).toMatch(/The queue of round 1 stays in use\.$/);
    expect(await queueOf(harness, project.projectId)).toHaveLength(200);
  });

  it('tries a shard three times, then fails with the shard and the cause', async () => {
    const project = await seedRoundProject(harness, {
      shards: 3,
      modelSpec: { maxEpochs: 2, samples: 5 },
    });
    // Training reads the first and the last alone: labels come first, validation and test last.
    const [shard] = await query(
      'SELECT blob_key FROM feature_shard WHERE project_id = $1 AND index = 1',
      project.projectId,
    );
    await harness.store.put(String(shard?.blob_key), new Uint8Array(4));
    const roundId = await startRound(harness, project.projectId);
    const end = await roundEnd(harness, roundId);
    expect(end).toMatchObject({ state: 'failed', failure_stage: 'scoring' });
    expect(end.failure_message).toMatch(
      /^Round 1 stopped while scoring\. Shard 2 failed 3 times: /,
    );
  });
});
