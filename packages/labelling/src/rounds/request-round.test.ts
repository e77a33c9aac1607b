import type { Round } from '@dubio/contracts';
import { seedProject, startTestDatabase, type TestDatabase } from '@dubio/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { submitAnnotations } from '../submit-annotation.js';
import { answerTo, upTo } from '../testing/labelling-fixture.js';
import { afterRoundEnds } from './after-round-ends.js';
import { cancelRound } from './cancel-round.js';
import { requestRound } from './request-round.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await startTestDatabase({ max: 20 });
});
afterAll(() => test.close());

const request = (projectId: string, trigger: Round['trigger'] = 'person') =>
  test.database.transaction((tx) => requestRound(tx, { projectId, trigger }));

const cancel = (projectId: string, number: number) =>
  test.database.transaction((tx) => cancelRound(tx, { projectId, number }));

const read = async (sql: string, projectId: string) =>
  (await test.database.pool.query(sql, [projectId])).rows;

const finish = (projectId: string) =>
  test.database.transaction(async (tx) => {
    await tx.query(`UPDATE round SET state = 'failed' WHERE project_id = $1 AND state = 'queued'`, [
      projectId,
    ]);
    return afterRoundEnds(tx, projectId);
  });

describe('requestRound', () => {
  it('starts one round when many ask at once, and remembers the others once', async () => {
    const { projectId } = await seedProject(test.database, { items: 1 });
    const outcomes = await Promise.all(upTo(8).map(() => request(projectId)));
    expect(outcomes.filter((outcome) => !outcome.remembered)).toHaveLength(1);
    const rounds = 'SELECT number, state FROM round WHERE project_id = $1 ORDER BY number';
    expect(await read(rounds, projectId)).toEqual([{ number: 1, state: 'queued' }]);
    const jobs = `SELECT name FROM outbox_job WHERE payload->>'projectId' = $1`;
    expect(await read(jobs, projectId)).toEqual([{ name: 'round.train' }]);
    expect(await finish(projectId)).toMatchObject({ remembered: false, number: 2 });
    expect(await finish(projectId)).toBeNull();
  });

  it('comes by itself after so many labels, in the transaction of the label', async () => {
    const seeded = await seedProject(test.database, {
      items: 12,
      policies: { retrainAfterLabels: 4 },
    });
    const { projectId, itemIds } = seeded;
    const author = { projectId, userId: seeded.annotatorIds[0] as string };
    await submitAnnotations(
      test.database,
      author,
      itemIds.slice(0, 3).map((id) => answerTo(id)),
    );
    const rounds = `SELECT number, trigger, labels FROM round WHERE project_id = $1`;
    expect(await read(rounds, projectId)).toEqual([]);
    await submitAnnotations(
      test.database,
      author,
      itemIds.slice(3).map((id) => answerTo(id)),
    );
    expect(await read(rounds, projectId)).toEqual([
      { number: 1, trigger: 'first-labels', labels: 4 },
    ]);
    const pending = 'SELECT pending_trigger AS pending FROM project WHERE id = $1';
    expect(await read(pending, projectId)).toEqual([{ pending: 'labels' }]);
  });

  it('cuts the labels off where no later label can appear', async () => {
    const seeded = await seedProject(test.database, {
      items: 60,
      annotators: 6,
      policies: { retrainAfterLabels: 7 },
    });
    const { projectId, itemIds } = seeded;
    await Promise.all(
      seeded.annotatorIds.map((userId, at) =>
        submitAnnotations(
          test.database,
          { projectId, userId },
          itemIds.filter((_, index) => index % 6 === at).map((id) => answerTo(id)),
        ),
      ),
    );
    const cut = `SELECT r.labels, (SELECT count(*)::int FROM label l
        WHERE l.project_id = r.project_id AND l.updated_at <= r.labels_up_to) AS below
      FROM round r WHERE r.project_id = $1`;
    expect(await read(cut, projectId)).toEqual([{ labels: 7, below: 7 }]);
  });
});

describe('cancelRound', () => {
  it('ends what runs, and what a person asked for meanwhile', async () => {
    const { projectId } = await seedProject(test.database, { items: 1 });
    await request(projectId);
    await request(projectId);
    await cancel(projectId, 1);
    const state = `SELECT r.state, r.abort_requested AS abort, p.pending_trigger AS pending
      FROM round r JOIN project p ON p.id = r.project_id WHERE p.id = $1`;
    expect(await read(state, projectId)).toEqual([
      { state: 'cancelled', abort: true, pending: null },
    ]);
    await expect(cancel(projectId, 1)).rejects.toMatchObject({ code: 'round.not-running' });
    await expect(cancel(projectId, 9)).rejects.toMatchObject({ code: 'resource.not-found' });
  });

  it.each(['labels', 'schedule', 'api'] as const)(
    'starts what %s asked for meanwhile',
    async (trigger) => {
      const { projectId } = await seedProject(test.database, { items: 1 });
      await request(projectId);
      // A person asks first: that wish must not hide the other one.
      await request(projectId);
      await request(projectId, trigger);
      await cancel(projectId, 1);
      const rounds =
        'SELECT number, state, trigger FROM round WHERE project_id = $1 ORDER BY number';
      expect(await read(rounds, projectId)).toEqual([
        { number: 1, state: 'cancelled', trigger: 'person' },
        { number: 2, state: 'queued', trigger },
      ]);
      await cancel(projectId, 2);
      const left = `SELECT count(*)::int AS running, max(p.pending_trigger) AS pending FROM project p
      LEFT JOIN round r ON r.project_id = p.id AND r.state = 'queued' WHERE p.id = $1 AND r.id IS NOT NULL`;
      expect(await read(left, projectId)).toEqual([{ running: 0, pending: null }]);
    },
  );
});
