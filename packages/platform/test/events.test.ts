import { randomUUID } from 'node:crypto';
import type { ProjectEvent } from '@dubio/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEventFeed, type EventFeed } from '../src/events/event-feed.js';
import { publishEvent } from '../src/events/publish-event.js';
import { startTestDatabase, type TestDatabase } from '../src/testing/index.js';

let db: TestDatabase;
let feed: EventFeed;

beforeAll(async () => {
  db = await startTestDatabase({ max: 30 });
  feed = createEventFeed(db.database);
});
afterAll(async () => {
  await feed.close();
  await db.close();
});

const labelled = (labels: number): ProjectEvent => ({ type: 'labels.changed', labels });
const labelsOf = (event: ProjectEvent): number =>
  event.type === 'labels.changed' ? event.labels : -1;

/** Collects events and resolves when `count` have come. */
function collect(count: number) {
  const entries: { id: string; event: ProjectEvent }[] = [];
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return {
    entries,
    full: promise,
    listener: (entry: { id: string; event: ProjectEvent }) => {
      entries.push(entry);
      if (entries.length >= count) resolve();
    },
  };
}

const publish = (projectId: string, labels: number) =>
  db.database.transaction((tx) => publishEvent(tx, projectId, labelled(labels)));

describe('event feed', () => {
  it('delivers every event once to everybody in one order while many writers overlap', async () => {
    const projectId = randomUUID();
    const writers = 20;
    const each = 40;
    const one = collect(writers * each);
    const two = collect(writers * each);
    const leaveOne = await feed.subscribe(projectId, null, one.listener);
    const leaveTwo = await feed.subscribe(projectId, null, two.listener);
    await Promise.all(
      Array.from({ length: writers }, async (_, writer) => {
        for (let i = 0; i < each; i++) {
          await db.database.transaction(async (tx) => {
            await publishEvent(tx, projectId, labelled(writer * each + i));
            // Commits in another order than ids were handed out.
            if ((writer + i) % 3 === 0) await tx.query('SELECT pg_sleep(random() * 0.01)');
          });
        }
      }),
    );
    await Promise.all([one.full, two.full]);
    leaveOne();
    leaveTwo();
    const expected = Array.from({ length: writers * each }, (_, i) => i);
    expect(one.entries.map((e) => labelsOf(e.event)).sort((a, b) => a - b)).toEqual(expected);
    expect(two.entries).toEqual(one.entries);
  });

  it('does not pass over a row whose transaction commits after a later one', async () => {
    const projectId = randomUUID();
    const got = collect(2);
    const leave = await feed.subscribe(projectId, null, got.listener);
    const slow = await db.database.pool.connect();
    await slow.query('BEGIN');
    await publishEvent(slow, projectId, labelled(1));
    await publish(projectId, 2);
    await slow.query('COMMIT');
    slow.release();
    await got.full;
    leave();
    expect(got.entries.map((e) => labelsOf(e.event))).toEqual([1, 2]);
  });

  it('does not wait for what is written in another database of the server', async () => {
    const other = await startTestDatabase();
    const projectId = randomUUID();
    const got = collect(2);
    const leave = await feed.subscribe(projectId, null, got.listener);
    await other.database.transaction(async (tx) => {
      await publishEvent(tx, projectId, labelled(0));
      await publish(projectId, 1);
      await publish(projectId, 2);
      await got.full;
    });
    leave();
    await other.close();
    expect(got.entries.map((e) => labelsOf(e.event))).toEqual([1, 2]);
  });

  it('says nothing of a transaction that was rolled back', async () => {
    const projectId = randomUUID();
    const got = collect(1);
    const leave = await feed.subscribe(projectId, null, got.listener);
    const failing = db.database.transaction(async (tx) => {
      await publishEvent(tx, projectId, labelled(1));
      throw new Error('undone');
    });
    await expect(failing).rejects.toThrow('undone');
    await publish(projectId, 2);
    await got.full;
    leave();
    expect(got.entries.map((e) => labelsOf(e.event))).toEqual([2]);
  });

  it('goes on after the last event that a returning reader has seen', async () => {
    const projectId = randomUUID();
    const first = collect(3);
    const leave = await feed.subscribe(projectId, null, first.listener);
    for (const labels of [1, 2, 3]) await publish(projectId, labels);
    await first.full;
    leave();
    await publish(projectId, 4);
    const seen = first.entries[1]?.id ?? '';
    const second = collect(3);
    const leaveSecond = await feed.subscribe(projectId, seen, second.listener);
    await publish(projectId, 5);
    await second.full;
    leaveSecond();
    expect(second.entries.map((e) => labelsOf(e.event))).toEqual([3, 4, 5]);
  });

  it('keeps projects apart', async () => {
    const mine = randomUUID();
    const got = collect(1);
    const leave = await feed.subscribe(mine, null, got.listener);
    await publish(randomUUID(), 1);
    await publish(mine, 2);
    await got.full;
    leave();
    expect(got.entries.map((e) => labelsOf(e.event))).toEqual([2]);
  });

  it('survives the loss of its listening connection', async () => {
    const projectId = randomUUID();
    const got = collect(1);
    const leave = await feed.subscribe(projectId, null, got.listener);
    await db.database.pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND query LIKE 'LISTEN%'`,
    );
    await publish(projectId, 1);
    await got.full;
    leave();
    expect(got.entries).toHaveLength(1);
  });
});
