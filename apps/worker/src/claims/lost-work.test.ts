import { lit, newId, type Queryable, row, sql, table } from '@dubio/platform';
import { seedProject, startTestDatabase, type TestDatabase } from '@dubio/platform/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type LostWork, returnLost } from './lost-work.js';

const c = table('shard_score', 'c');
const o = table('round', 'o');

type Found = { readonly roundId: string };
const again = vi.fn(async (_tx: Queryable, _found: Found) => {});
const giveUp = vi.fn(async (_tx: Queryable, _found: Found) => {});
const lost: LostWork<Found> = {
  table: {
    name: 'shard_score',
    key: [c.round_id, c.index],
    owner: { from: sql`${o}`, on: sql`${o.id} = ${c.round_id}` },
    since: o.created_at,
    alive: sql`${o.state} = ${lit(o.state, 'scoring')}`,
    idle: 'waiting',
    error: null,
  },
  states: ['waiting', 'running'],
  found: row({ roundId: c.round_id }),
  again,
  giveUp,
};

describe('returnLost', () => {
  let test: TestDatabase;
  let roundId: string;
  const query = async (text: string, ...values: unknown[]) =>
    (await test.database.pool.query<Record<string, unknown>>(text, values)).rows;
  const sweep = () => {
    const timing = { heartbeatMs: 100, staleMs: 1000, forgottenMs: 10_000 };
    return returnLost({ database: test.database, timing }, lost);
  };
  /** Other tests leave rows behind, and a sweep finds those as well. */
  const timesFor = ({ mock }: typeof again) =>
    mock.calls.filter(([, found]) => found.roundId === roundId).length;
  const leave = (token: string | null, attempts: number, seconds: number) =>
    query(
      `INSERT INTO shard_score (round_id, project_id, index, state, claim_token, attempts, heartbeat_at)
       SELECT id, project_id, 0, $2::"WorkState", $3, $4, now() - $5 * interval '1 second'
         FROM round WHERE id = $1`,
      roundId,
      token === null ? 'waiting' : 'running',
      token,
      attempts,
      seconds,
    );

  beforeAll(async () => {
    test = await startTestDatabase();
  });
  afterAll(() => test.close());
  beforeEach(async () => {
    const { projectId } = await seedProject(test.database);
    roundId = newId();
    await query(
      `INSERT INTO round (id, project_id, number, state, trigger, seed, model_spec, acquisition, policies)
       VALUES ($1, $2, 1, 'scoring', 'person', 1, '{}', '{}', '{}')`,
      roundId,
      projectId,
    );
  });

  it('hands out again what a dead holder left, once, and counts its try', async () => {
    await leave('dead', 1, 2);
    await sweep();
    await sweep();
    expect(timesFor(again)).toBe(1);
    expect(timesFor(giveUp)).toBe(0);
    expect(
      await query(
        'SELECT state, claim_token, attempts FROM shard_score WHERE round_id = $1',
        roundId,
      ),
    ).toEqual([{ state: 'waiting', claim_token: null, attempts: 1 }]);
  });

  it('gives up what has taken six holders down', async () => {
    await leave('dead', 6, 2);
    await sweep();
    expect(timesFor(again)).toBe(0);
    expect(timesFor(giveUp)).toBe(1);
  });

  it('leaves alone what lives, and what belongs to something that has ended', async () => {
    await leave('alive', 1, 0);
    await sweep();
    expect(timesFor(again)).toBe(0);
    await query(`UPDATE shard_score SET heartbeat_at = now() - interval '1 hour'`);
    await query(`UPDATE round SET state = 'failed' WHERE id = $1`, roundId);
    await sweep();
    expect(timesFor(again)).toBe(0);
  });

  it('hands out what nobody ever claimed, much later', async () => {
    await leave(null, 0, 9);
    await sweep();
    expect(timesFor(again)).toBe(0);
    await query(
      `UPDATE shard_score SET heartbeat_at = now() - interval '11 seconds' WHERE round_id = $1`,
      roundId,
    );
    await sweep();
    expect(timesFor(again)).toBe(1);
  });
});
