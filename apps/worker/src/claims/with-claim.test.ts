import { JobAbortedError, type JobContext, lit, newId, sql, table } from '@dubio/platform';
import { seedProject, startTestDatabase, type TestDatabase } from '@dubio/platform/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { WorkImpossibleError } from './cause.js';
import { type ClaimTable, updateHeld } from './claim-table.js';
import { ClaimLostError } from './hold-claim.js';
import { type Claim, type Claimable, withClaim } from './with-claim.js';

const set = table('shard_score');
const c = table('shard_score', 'c');
const o = table('round', 'o');

const SHARD: ClaimTable = {
  name: 'shard_score',
  key: [c.round_id, c.index],
  owner: { from: sql`${o}`, on: sql`${o.id} = ${c.round_id}` },
  since: o.created_at,
  alive: sql`${o.state} = ${lit(o.state, 'scoring')} AND NOT ${o.abort_requested}`,
  idle: 'waiting',
  error: set.error,
};

type Work = { readonly before: string };

describe('withClaim', () => {
  let test: TestDatabase;
  let roundId: string;
  let claimable: Claimable<Work>;
  const timing = { heartbeatMs: 20, staleMs: 60_000, forgottenMs: 600_000 };

  beforeAll(async () => {
    test = await startTestDatabase();
  });
  afterAll(() => test.close());

  const query = async (text: string, ...values: unknown[]) =>
    (await test.database.pool.query<Record<string, unknown>>(text, values)).rows;
  const shard = async () =>
    (
      await query(
        `SELECT state, claim_token IS NOT NULL AS held, attempts, error, blob_key
           FROM shard_score WHERE round_id = $1`,
        roundId,
      )
    )[0];
  const context = (signal = new AbortController().signal): JobContext => ({
    attempt: 1,
    maxAttempts: 3,
    jobId: 'job',
    signal,
    othersWait: async () => false,
    logger: { debug: vi.fn(), info: vi.fn(), error: vi.fn() } as never,
  });
  const run = (
    work: (claim: Claim<Work>) => Promise<void>,
    options: { staleMs?: number; heartbeatMs?: number; signal?: AbortSignal } = {},
  ) =>
    withClaim(
      { database: test.database, timing: { ...timing, ...options } },
      context(options.signal),
      claimable,
      work,
    );
  const settle = (claim: Claim<Work>, key = 'result') =>
    updateHeld(
      test.database.pool,
      claim,
      sql`${set.state} = ${lit(set.state, 'done')}, ${set.claim_token} = NULL, ${set.blob_key} = ${key}`,
    );
  /** Work that goes on until its signal fires. */
  const untilStopped = ({ signal }: Claim<Work>) =>
    new Promise<void>((_, reject) => {
      if (signal.aborted) reject(signal.reason);
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });

  beforeEach(async () => {
    const { projectId } = await seedProject(test.database);
    roundId = newId();
    await query(
      `INSERT INTO round (id, project_id, number, state, trigger, seed, model_spec, acquisition, policies)
       VALUES ($1, $2, 1, 'scoring', 'person', 1, '{}', '{}', '{}')`,
      roundId,
      projectId,
    );
    await query(
      'INSERT INTO shard_score (round_id, project_id, index) VALUES ($1, $2, 0)',
      roundId,
      projectId,
    );
    claimable = {
      table: SHARD,
      key: [roundId, 0],
      from: ['waiting', 'running'],
      state: 'running',
      begin: async (_tx, before) => ({ before }),
      fail: (tx, claim, { cause, tries }) =>
        updateHeld(
          tx,
          claim,
          sql`${set.state} = ${lit(set.state, 'failed')}, ${set.claim_token} = NULL,
            ${set.error} = ${`${cause.cause} after ${tries}`}`,
        ),
    };
  });

  it('runs the work under a claim that counts as a try, and lets it have the last word', async () => {
    await run(async (claim) => {
      expect(claim.before).toBe('waiting');
      expect(await shard()).toMatchObject({ state: 'running', held: true, attempts: 1 });
      await settle(claim);
    });
    expect(await shard()).toMatchObject({ state: 'done', held: false, blob_key: 'result' });
  });

  it('gives a second claimer nothing, at the same time and when it is done', async () => {
    const second = vi.fn();
    await run(async (claim) => {
      await run(second);
      await settle(claim);
    });
    await run(second);
    expect(second).not.toHaveBeenCalled();
  });

  it('lets exactly one of many claimers work', async () => {
    const worked = vi.fn();
    const claimers = Array.from({ length: 8 }, () =>
      run(async (claim) => {
        worked();
        await settle(claim);
      }),
    );
    await Promise.all(claimers);
    expect(worked).toHaveBeenCalledTimes(1);
  });

  it('hands over the row of a dead holder when its heartbeat is old, and not before', async () => {
    await query(
      `UPDATE shard_score SET state = 'running', claim_token = 'dead', attempts = 1,
              heartbeat_at = now() - interval '5 seconds' WHERE round_id = $1`,
      roundId,
    );
    const work = vi.fn(settle);
    await run((claim) => work(claim), { staleMs: 30_000 });
    expect(work).not.toHaveBeenCalled();
    await run((claim) => work(claim), { staleMs: 4000 });
    expect(await shard()).toMatchObject({ state: 'done', attempts: 2 });
  });

  it('keeps the heartbeat young while work runs', async () => {
    await run(async (claim) => {
      await query(
        `UPDATE shard_score SET heartbeat_at = now() - interval '1 hour' WHERE round_id = $1`,
        roundId,
      );
      const young = `SELECT heartbeat_at > now() - interval '1 minute' AS young
        FROM shard_score WHERE round_id = $1`;
      const renewed = async () => expect(await query(young, roundId)).toEqual([{ young: true }]);
      await vi.waitFor(renewed, { timeout: 20_000 });
      await settle(claim);
    });
  });

  it.each([
    ['another took the row', `UPDATE shard_score SET claim_token = 'other' WHERE round_id = $1`],
    ['its round is cancelled', `UPDATE round SET abort_requested = true WHERE id = $1`],
    ['its round has moved on', `UPDATE round SET state = 'failed' WHERE id = $1`],
  ])('stops the work when %s, and writes nothing', async (_, change) => {
    let reason: unknown;
    await run(async (claim) => {
      await query(change, roundId);
      await untilStopped(claim).catch((error: unknown) => {
        reason = error;
        throw error;
      });
    });
    expect(reason).toBeInstanceOf(ClaimLostError);
    expect(await shard()).toMatchObject({ state: 'running', attempts: 1, error: null });
  });

  it('writes nothing under a lost claim, neither a result nor a failure', async () => {
    const slow = { heartbeatMs: 60_000 };
    const lose = () =>
      query(`UPDATE shard_score SET claim_token = 'other' WHERE round_id = $1`, roundId);
    await run(async (claim) => {
      await lose();
      await expect(settle(claim)).rejects.toBeInstanceOf(ClaimLostError);
    }, slow);
    await query(`UPDATE shard_score SET claim_token = NULL WHERE round_id = $1`, roundId);
    await run(async () => {
      await lose();
      throw new WorkImpossibleError('bad-features', 'no features');
    }, slow);
    expect(await shard()).toMatchObject({ state: 'running', error: null, blob_key: null });
  });

  it.each([
    ['the database is away', '57P01'],
    ['the disk is full', 'ENOSPC'],
  ])('counts no try against the work while %s', async (_what, code) => {
    const away = Object.assign(new Error('something of the system'), { code });
    for (let time = 0; time < 5; time += 1) {
      const failing = run(() => Promise.reject(away));
      await expect(failing).rejects.toBe(away);
      expect(await shard()).toMatchObject({ state: 'waiting', held: false, attempts: 0 });
    }
  });

  it('releases what may pass, and fails at the third try', async () => {
    for (const attempts of [1, 2]) {
      await expect(
        run(async () => {
          throw new Error('the store does not answer');
        }),
      ).rejects.toThrow('the store does not answer');
      expect(await shard()).toMatchObject({ state: 'waiting', held: false, attempts });
    }
    await run(async () => {
      throw new Error('the store does not answer');
    });
    expect(await shard()).toMatchObject({
      state: 'failed',
      held: false,
      error: 'something failed on our side, and was logged after 3',
    });
  });

  it('fails at once what trying again cannot help', async () => {
    await run(async () => {
      throw new WorkImpossibleError('bad-features', 'no features');
    });
    expect(await shard()).toMatchObject({ state: 'failed', error: 'no features after 1' });
  });

  it('hands work back at a shutdown without counting the try', async () => {
    const shutdown = new AbortController();
    const running = run(
      async (claim) => {
        shutdown.abort(new JobAbortedError('shutdown'));
        await untilStopped(claim);
      },
      { signal: shutdown.signal },
    );
    await expect(running).rejects.toBeInstanceOf(JobAbortedError);
    expect(await shard()).toMatchObject({
      state: 'waiting',
      held: false,
      attempts: 0,
      error: null,
    });
  });

  it('begins in the transaction of the claim: what cannot begin is not claimed', async () => {
    const broken = { ...claimable, begin: () => Promise.reject(new Error('unreadable')) };
    const never = vi.fn();
    await expect(
      withClaim({ database: test.database, timing }, context(), broken, never),
    ).rejects.toThrow('unreadable');
    expect(never).not.toHaveBeenCalled();
    expect(await shard()).toMatchObject({ state: 'waiting', held: false, attempts: 0 });
  });
});
