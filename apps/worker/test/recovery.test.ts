import { redisForTests } from '@dubio/platform/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, startHarness, until } from './harness.js';
import {
  queueOf,
  type RoundProjectOptions,
  roundReady,
  roundState,
  seedRoundProject,
  startRound,
} from './round-project.js';

const redisUrl = await redisForTests();

/** Slow enough in training to be killed in the middle of it on any machine. */
const PROJECT: RoundProjectOptions = {
  shards: 3,
  modelSpec: {
    network: { preset: 'mlp', hidden: [32], activation: 'relu' },
    batchSize: 16,
    drawsPerEpoch: 512,
    maxEpochs: 500,
    patience: 1000,
    samples: 60,
  },
  acquisition: { rule: 'batch-bald', batchSize: 8 },
};

describe.each([
  { backend: 'Postgres', url: null },
  ...(redisUrl === null ? [] : [{ backend: 'Redis', url: redisUrl }]),
])('a round with its jobs in $backend', ({ url }) => {
  let harness: Harness;
  let undisturbed: string[];

  const begin = async () => {
    const { projectId } = await seedRoundProject(harness, PROJECT);
    return { projectId, roundId: await startRound(harness, projectId) };
  };
  const queueAtTheEnd = async ({ projectId, roundId }: { projectId: string; roundId: string }) => {
    await roundReady(harness, roundId);
    return queueOf(harness, projectId);
  };

  beforeAll(async () => {
    harness = await startHarness({ redisUrl: url });
    await harness.startWorker();
    undisturbed = await queueAtTheEnd(await begin());
  });
  afterEach(() => harness.killWorkers());
  afterAll(() => harness.close());

  it('publishes a queue of the wanted length with every tenth item drawn at random', () => {
    expect(undisturbed).toHaveLength(200);
    const origins = undisturbed.map((entry) => (JSON.parse(entry) as { origin: string }).origin);
    expect(origins.filter((origin) => origin === 'control')).toHaveLength(20);
    for (let tenth = 0; tenth < 20; tenth++) {
      expect(origins.slice(tenth * 10, tenth * 10 + 10)).toContain('control');
    }
  });

  it.each([2, 4])('gives the same queue with %i workers', async (count) => {
    await Promise.all(Array.from({ length: count }, () => harness.startWorker()));
    expect(await queueAtTheEnd(await begin())).toEqual(undisturbed);
  });

  it('survives kill -9 while training, going on from the checkpoint', async () => {
    const first = await harness.startWorker();
    const round = await begin();
    const folder = `projects/${round.projectId}/rounds/${round.roundId}`;
    await until(() => harness.store.head(`${folder}/checkpoint-one.safetensors`));
    await first.kill();
    const second = await harness.startWorker();
    expect(await queueAtTheEnd(round)).toEqual(undisturbed);
    expect(second.output()).toContain('training went on from a checkpoint');
  });

  it('survives kill -9 while scoring, keeping the shards that were done', async () => {
    const first = await harness.startWorker();
    const round = await begin();
    const last = await harness.hold(
      'shard_score',
      `NEW.state = 'done' AND EXISTS (SELECT FROM shard_score s
         WHERE s.round_id = NEW.round_id AND s.index <> NEW.index AND s.state = 'done')`,
    );
    const shards = await until(async () => {
      const { rows } = await harness.database.pool.query<{ index: number; state: string }>(
        'SELECT index, state, finished_at FROM shard_score WHERE round_id = $1 ORDER BY index',
        [round.roundId],
      );
      return rows.some((row) => row.state === 'done') && rows.some((row) => row.state === 'running')
        ? rows
        : null;
    });
    await first.kill();
    await last.end();
    await harness.startWorker();
    expect(await queueAtTheEnd(round)).toEqual(undisturbed);
    const { rows } = await harness.database.pool.query(
      'SELECT index, state, finished_at FROM shard_score WHERE round_id = $1 ORDER BY index',
      [round.roundId],
    );
    const kept = shards.filter((shard) => shard.state === 'done');
    for (const shard of kept) expect(rows[shard.index]).toEqual(shard);
  });

  it('survives kill -9 while choosing the queue', async () => {
    const first = await harness.startWorker();
    const round = await begin();
    const publishing = await harness.hold('round', `NEW.state = 'ready'`);
    await roundState(harness, round.roundId, 'selecting');
    await first.kill();
    await publishing.end();
    const { rows } = await harness.database.pool.query('SELECT state FROM round WHERE id = $1', [
      round.roundId,
    ]);
    expect(rows).toEqual([{ state: 'selecting' }]);
    await harness.startWorker();
    expect(await queueAtTheEnd(round)).toEqual(undisturbed);
  });
});
