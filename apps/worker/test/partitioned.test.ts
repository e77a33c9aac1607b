import { decodeTrainingSet, rowsOf } from '@dubio/active-learning';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, startHarness, until } from './harness.js';
import {
  CLASSES,
  queueOf,
  type RoundProject,
  type RoundProjectOptions,
  roundReady,
  seedRoundProject,
  startRound,
} from './round-project.js';

const PROJECT: RoundProjectOptions = {
  labels: 60,
  modelSpec: {
    network: { preset: 'mlp', hidden: [32], activation: 'relu' },
    posterior: { kind: 'mean-field' },
    partitioned: { partitions: 3, rounds: 3 },
    batchSize: 16,
    drawsPerEpoch: 512,
    maxEpochs: 60,
    samples: 20,
  },
};

describe('rounds of mean field', () => {
  let harness: Harness;

  beforeAll(async () => {
    harness = await startHarness();
  });
  afterEach(() => harness.killWorkers());
  afterAll(() => harness.close());

  const begin = async () => {
    const { projectId } = await seedRoundProject(harness, PROJECT);
    return { projectId, roundId: await startRound(harness, projectId) };
  };
  const members = async (roundId: string) => {
    const { rows } = await harness.database.pool.query<{ index: number; state: string }>(
      'SELECT index, state FROM round_member WHERE round_id = $1 ORDER BY index',
      [roundId],
    );
    return rows;
  };

  describe('in partitions', () => {
    let undisturbed: string[];

    it('multiply the answers of all partitions, round after round', async () => {
      await harness.startWorker();
      const { projectId, roundId } = await begin();
      const { metrics } = await roundReady(harness, roundId);
      expect(metrics?.metric).toBeGreaterThan(0.6);
      expect(await members(roundId)).toEqual(
        Array.from({ length: 9 }, (_, index) => ({ index, state: 'done' })),
      );
      undisturbed = await queueOf(harness, projectId);
      expect(undisturbed.length).toBeGreaterThan(0);
    });

    it('come to the same queue with two workers', async () => {
      await Promise.all([harness.startWorker(), harness.startWorker()]);
      const { projectId, roundId } = await begin();
      await roundReady(harness, roundId);
      expect(await queueOf(harness, projectId)).toEqual(undisturbed);
    });

    it.each([0, 4])('come to the same queue after kill -9 in fit %i', async (fit) => {
      const first = await harness.startWorker();
      const answered = await harness.hold(
        'round_member',
        `NEW.state = 'done' AND NEW.index = ${fit}`,
      );
      const { projectId, roundId } = await begin();
      await until(async () => {
        const row = (await members(roundId))[fit];
        return row?.state === 'running' ? true : null;
      });
      await first.kill();
      await answered.end();
      expect((await members(roundId))[fit]).toMatchObject({ state: 'running' });
      await harness.startWorker();
      await roundReady(harness, roundId);
      expect(await queueOf(harness, projectId)).toEqual(undisturbed);
    });
  });

  describe('that stream', () => {
    const STREAM: RoundProjectOptions = {
      labels: 60,
      modelSpec: { posterior: { kind: 'mean-field' }, streaming: true, maxEpochs: 20 },
      policies: { gate: false },
    };
    const label = async (project: RoundProject, from: number, to: number) => {
      const ids = project.itemIds.slice(from, to);
      const answers = ids.map((_, i) => JSON.stringify({ answer: project.truth(from + i) }));
      await harness.database.pool.query(
        `WITH l AS (SELECT * FROM unnest($2::uuid[], $3::text[]) AS l(id, answer)),
           marked AS (UPDATE item SET state = 'labelled' FROM l WHERE item.id = l.id)
         INSERT INTO label (item_id, project_id, answer, annotations, source)
         SELECT id, $1, answer::jsonb, 0, 'import' FROM l
         ON CONFLICT (item_id) DO UPDATE SET answer = excluded.answer`,
        [project.projectId, ids, answers],
      );
    };
    const trainingSet = async (projectId: string, roundId: string) =>
      decodeTrainingSet(
        await harness.store.get(`projects/${projectId}/rounds/${roundId}/training-set.json`),
      );

    it('learn from new labels only, and from all anew once an old one was corrected', async () => {
      await harness.startWorker();
      const project = await seedRoundProject(harness, STREAM);
      const { projectId } = project;
      const first = await startRound(harness, projectId);
      await roundReady(harness, first);
      await label(project, 60, 75);
      const second = await startRound(harness, projectId);
      await roundReady(harness, second);
      const today = await trainingSet(projectId, second);
      expect(today.prior?.roundId).toBe(first);
      expect(today.prior?.counted).toHaveLength(60);
      expect([...rowsOf(today, 'train').ordinals]).toEqual(
        Array.from({ length: 15 }, (_, i) => 60 + i),
      );
      await label(project, 75, 80);
      const wrong = CLASSES.find((name) => name !== project.truth(3));
      await harness.database.pool.query('UPDATE label SET answer = $2 WHERE item_id = $1', [
        project.itemIds[3],
        JSON.stringify({ answer: wrong }),
      ]);
      const third = await startRound(harness, projectId);
      await roundReady(harness, third);
      const anew = await trainingSet(projectId, third);
      expect(anew.prior).toBeNull();
      expect(rowsOf(anew, 'train').ordinals).toHaveLength(80);
    });
  });
});
