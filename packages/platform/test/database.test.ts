import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LastStatement } from '../src/database/database.js';
import { deployMigrations } from '../src/database/migrations.js';
import { startTestDatabase, type TestDatabase } from '../src/testing/index.js';

let db: TestDatabase;
beforeAll(async () => {
  db = await startTestDatabase();
});
afterAll(() => db.close());

describe('transaction', () => {
  beforeEach(async () => {
    await db.database.pool.query(
      'CREATE TABLE IF NOT EXISTS account (id int PRIMARY KEY, value int)',
    );
    await db.database.pool.query('TRUNCATE account');
    await db.database.pool.query('INSERT INTO account VALUES (1, 0), (2, 0)');
  });
  const total = async () => {
    const { rows } = await db.database.pool.query<{ sum: string }>(
      'SELECT sum(value) FROM account',
    );
    return Number(rows[0]?.sum);
  };

  it('tries again when it was chosen as the victim of a deadlock', async () => {
    const move = (first: number, second: number) =>
      db.database.transaction(async (tx) => {
        await tx.query('UPDATE account SET value = value + 1 WHERE id = $1', [first]);
        await tx.query('UPDATE account SET value = value + 1 WHERE id = $1', [second]);
      });
    await Promise.all(Array.from({ length: 8 }, (_, i) => (i % 2 ? move(1, 2) : move(2, 1))));
    expect(await total()).toBe(16);
  });
  it('tries again after a serialization failure', async () => {
    await Promise.all(
      Array.from({ length: 4 }, () =>
        db.database.transaction(async (tx) => {
          await tx.query('SET TRANSACTION ISOLATION LEVEL SERIALIZABLE');
          const { rows } = await tx.query<{ value: number }>(
            'SELECT value FROM account WHERE id = 1',
          );
          await tx.query('UPDATE account SET value = $1 WHERE id = 1', [(rows[0]?.value ?? 0) + 1]);
        }),
      ),
    );
    expect(await total()).toBe(4);
  });
  it('undoes everything and passes on what was thrown', async () => {
    const failing = db.database.transaction(async (tx) => {
      await tx.query('UPDATE account SET value = 99');
      throw new RangeError('no');
    });
    await expect(failing).rejects.toThrow(RangeError);
    expect(await total()).toBe(0);
  });
  it('sends COMMIT behind a last statement that has not answered yet', async () => {
    const answer = await db.database.transaction(async (tx) => {
      const first = tx.query('UPDATE account SET value = 1');
      first.catch(() => {});
      const last = tx.query<{ sum: string }>('SELECT sum(value) FROM account');
      return new LastStatement(last.then(({ rows }) => rows[0]?.sum));
    });
    expect(answer).toBe('2');
    expect(await total()).toBe(2);
  });
  it('passes on the error that came first, whichever statement behind it is noticed first', async () => {
    const pipelined = db.database.transaction(async (tx) => {
      const failing = tx.query('SELECT 1 / 0');
      failing.catch(() => {});
      await tx.query('SELECT 1');
    });
    await expect(pipelined).rejects.toMatchObject({ code: '22012' });
  });

  it('keeps nothing when the last statement fails', async () => {
    const failing = db.database.transaction(async (tx) => {
      await tx.query('UPDATE account SET value = 5');
      return new LastStatement(tx.query('INSERT INTO account VALUES (1, 0)'));
    });
    await expect(failing).rejects.toThrow(/duplicate key/);
    expect(await total()).toBe(0);
  });
});

describe('deployMigrations', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'dubio-migrations-'));
    await db.database.pool.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
    return () => rm(folder, { recursive: true });
  });
  const write = async (name: string, sql: string) => {
    await mkdir(path.join(folder, name), { recursive: true });
    await writeFile(path.join(folder, name, 'migration.sql'), sql);
  };
  const deploy = () => deployMigrations(db.url, { folder });

  it('applies what is missing once, from many processes at once', async () => {
    await write('1_one', 'CREATE TABLE one (id int)');
    await write('2_two', 'CREATE TABLE two (id int); INSERT INTO two VALUES (1)');
    const applied = await Promise.all([deploy(), deploy(), deploy()]);
    expect(applied.flat()).toEqual(['1_one', '2_two']);
    expect(await deploy()).toEqual([]);
  });
  it('keeps nothing of a migration that fails, and goes on once it is mended', async () => {
    await write('1_one', 'CREATE TABLE one (id int); SELECT nothing_like_this()');
    await expect(deploy()).rejects.toThrow(/1_one could not be applied.*nothing_like_this/);
    await write('1_one', 'CREATE TABLE one (id int)');
    expect(await deploy()).toEqual(['1_one']);
  });
  it('notices a migration that was edited after it was applied', async () => {
    await write('1_one', 'CREATE TABLE one (id int)');
    await deploy();
    await write('1_one', 'CREATE TABLE one (id bigint)');
    await expect(deploy()).rejects.toThrow(/1_one was edited/);
  });
  it('refuses a database that a newer version has migrated', async () => {
    await write('1_one', 'CREATE TABLE one (id int)');
    await write('2_two', 'CREATE TABLE two (id int)');
    await deploy();
    await rm(path.join(folder, '2_two'), { recursive: true });
    await expect(deploy()).rejects.toThrow(/knows migration 2_two/);
  });
});
