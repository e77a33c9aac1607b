import { newId } from '@dubio/platform';
import { seedProject, startTestDatabase, type TestDatabase } from '@dubio/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Services } from '../services.js';
import { timingOf } from '../services.js';
import { fireSchedules } from './fire-schedules.js';
import { prune } from './prune.js';
import { returnLostWork } from './return-lost-work.js';

describe('maintenance', () => {
  let test: TestDatabase;
  let services: Services;
  const query = async (text: string, ...values: unknown[]) =>
    (await test.database.pool.query<Record<string, unknown>>(text, values)).rows;

  beforeAll(async () => {
    test = await startTestDatabase();
    // What these functions use of a worker's services.
    services = {
      database: test.database,
      timing: timingOf(1000),
      logger: console,
    } as unknown as Services;
  });
  afterAll(() => test.close());

  const jobs = (projectId: string) =>
    query(
      `SELECT name, payload FROM outbox_job WHERE payload->>'projectId' = $1 ORDER BY id`,
      projectId,
    );

  async function round(projectId: string, state: string, age: string, claimed: boolean) {
    const id = newId();
    await query(
      `INSERT INTO round (id, project_id, number, state, trigger, seed, model_spec, acquisition, policies,
         claim_token, heartbeat_at)
       VALUES ($1, $2, 1, $3::"RoundState", 'person', 1, '{}', '{}', '{}', $4, now() - $5::interval)`,
      id,
      projectId,
      state,
      claimed ? 'token' : null,
      age,
    );
    return id;
  }

  it('hands out again what a dead worker held, at its own stage, once', async () => {
    for (const [state, job] of [
      ['training', 'round.train'],
      ['scoring', 'round.score'],
      ['selecting', 'round.select'],
    ] as const) {
      const { projectId } = await seedProject(test.database);
      const id = await round(projectId, state, '7 seconds', true);
      await returnLostWork(services);
      await returnLostWork(services);
      expect(await jobs(projectId)).toEqual([{ name: job, payload: { roundId: id, projectId } }]);
      expect(await query('SELECT claim_token FROM round WHERE id = $1', id)).toEqual([
        { claim_token: null },
      ]);
    }
  });

  it('leaves alone what is alive, what waits its turn, and what has ended', async () => {
    const { projectId: alive } = await seedProject(test.database);
    await round(alive, 'training', '2 seconds', true);
    const { projectId: waiting } = await seedProject(test.database);
    await round(waiting, 'queued', '30 seconds', false);
    const { projectId: over } = await seedProject(test.database);
    await round(over, 'ready', '1 hour', true);
    await returnLostWork(services);
    for (const id of [alive, waiting, over]) expect(await jobs(id)).toEqual([]);
  });

  it('gives up what has taken six workers down, and says so', async () => {
    const { projectId } = await seedProject(test.database);
    const id = await round(projectId, 'training', '7 seconds', true);
    await query(
      `UPDATE round r SET attempts = 6, model_spec = p.model_spec, acquisition = p.acquisition, policies = p.policies
         FROM project p WHERE r.id = $1 AND p.id = r.project_id`,
      id,
    );
    await returnLostWork(services);
    expect(await jobs(projectId)).toEqual([]);
    const [row] = await query(
      'SELECT state, failure_code, failure_message FROM round WHERE id = $1',
      id,
    );
    expect(row).toEqual({
      state: 'failed',
      failure_code: 'worker-lost',
      failure_message:
        'Round 1 stopped while training. Its worker was lost 6 times. All labels are kept, and items are still served.',
    });
  });

  it('hands out again what nobody ever took, much later', async () => {
    const { projectId } = await seedProject(test.database);
    await round(projectId, 'queued', '2 minutes', false);
    await returnLostWork(services);
    expect(await jobs(projectId)).toMatchObject([{ name: 'round.train' }]);
  });

  it('hands out the shard a dead worker held, and not the round that waits for it', async () => {
    const { projectId } = await seedProject(test.database);
    const id = await round(projectId, 'scoring', '1 hour', false);
    await query(
      `INSERT INTO shard_score (round_id, project_id, index, state, claim_token, heartbeat_at)
       VALUES ($1, $2, 0, 'done', NULL, now() - interval '1 hour'),
              ($1, $2, 1, 'running', 'token', now() - interval '7 seconds')`,
      id,
      projectId,
    );
    await returnLostWork(services);
    expect(await jobs(projectId)).toMatchObject([
      { name: 'round.score-shard', payload: { shard: 1 } },
    ]);
  });

  async function schedule(projectId: string, cron: string, nextAt: string | null) {
    const id = newId();
    await query(
      `INSERT INTO schedule (id, project_id, cron, time_zone, next_at) VALUES ($1, $2, $3, 'UTC', $4)`,
      id,
      projectId,
      cron,
      nextAt,
    );
    return id;
  }
  const rounds = (projectId: string) =>
    query('SELECT number, trigger FROM round WHERE project_id = $1 ORDER BY number', projectId);

  it('fires a schedule whose time has come once, however long ago it came', async () => {
    const { projectId } = await seedProject(test.database);
    const id = await schedule(projectId, '*/5 * * * *', '2020-01-01T00:00:00Z');
    await fireSchedules(services);
    await fireSchedules(services);
    expect(await rounds(projectId)).toEqual([{ number: 1, trigger: 'schedule' }]);
    const [row] = await query(
      'SELECT next_at > now() AS ahead, last_fired_at IS NOT NULL AS fired FROM schedule WHERE id = $1',
      id,
    );
    expect(row).toEqual({ ahead: true, fired: true });
  });

  it('gives a new schedule its first time without firing, and switches off one that names none', async () => {
    const { projectId } = await seedProject(test.database);
    const fresh = await schedule(projectId, '0 3 * * *', null);
    const never = await schedule(projectId, '0 0 30 2 *', '2020-01-01T00:00:00Z');
    await query('UPDATE schedule SET enabled = false WHERE id = $1', never);
    await fireSchedules(services);
    expect(await rounds(projectId)).toEqual([]);
    const [row] = await query('SELECT next_at > now() AS ahead FROM schedule WHERE id = $1', fresh);
    expect(row).toEqual({ ahead: true });
  });

  it('ends imports whose files never came, with what did come, and no others', async () => {
    const { projectId } = await seedProject(test.database);
    const [old, fresh] = [newId(), newId()];
    const deleted: string[] = [];
    const store = {
      clearUnfinished: async () => 0,
      delete: async (key: string) => void deleted.push(key),
    } as unknown as Services['store'];
    for (const [id, age] of [
      [old, '3 days'],
      [fresh, '1 day'],
    ]) {
      await query(
        `INSERT INTO import (id, project_id, file_name, options, created_at)
         VALUES ($1, $2, 'a.csv', '{}', now() - $3::interval)`,
        id,
        projectId,
        age,
      );
    }
    await prune({ ...services, store });
    expect(
      await query(
        'SELECT id, state, error FROM import WHERE project_id = $1 ORDER BY state',
        projectId,
      ),
    ).toEqual([
      { id: fresh, state: 'uploading', error: null },
      { id: old, state: 'cancelled', error: 'The upload was not finished within two days.' },
    ]);
    const folder = `projects/${projectId}/imports/${old}`;
    expect(deleted).toEqual([`${folder}/items`, `${folder}/labels`]);
  });
});
