import { createDatabase, type Database, type Transaction } from '@dubio/platform';
import { type SeededProject, seedProject, startTestDatabase } from '@dubio/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leaseItems } from './lease-items.js';
import { releaseLeases, renewLeases, sweepLeases } from './lease-upkeep.js';
import { submitAnnotations } from './submit-annotation.js';
import { answerTo, expireLeases, upTo } from './testing/labelling-fixture.js';

let test: Awaited<ReturnType<typeof startTestDatabase>>;
beforeAll(async () => {
  test = await startTestDatabase({ max: 30 });
});
afterAll(() => test.close());

const lockEntry = (tx: Transaction, itemId: string) =>
  tx.query('SELECT FROM queue_entry WHERE item_id = $1 FOR UPDATE', [itemId]);
const lockLease = (tx: Transaction, itemId: string) =>
  tx.query('SELECT FROM lease WHERE item_id = $1 FOR UPDATE NOWAIT', [itemId]);

async function isWaiting(): Promise<boolean> {
  const { rowCount } = await test.database.pool.query(
    `SELECT FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return (rowCount ?? 0) > 0;
}

async function untilItWaits(): Promise<void> {
  while (!(await isWaiting())) await new Promise((resolve) => setTimeout(resolve, 5));
}

async function leasedProject(annotators = 1) {
  const seeded = await seedProject(test.database, { items: 40, annotators, queue: true });
  const [userId] = seeded.annotatorIds as [string];
  const [lease] = await leaseItems(test.database, {
    projectId: seeded.projectId,
    userId,
    count: 1,
  });
  if (lease === undefined) throw new Error('nothing was leased');
  return { ...seeded, userId, lease };
}

describe('an entry is locked before its lease', () => {
  it('by whoever gives items back: while an answer has the entry, the lease stays free', async () => {
    const { projectId, userId, lease } = await leasedProject();
    let released: Promise<number> | null = null;
    await test.database.transaction(async (tx) => {
      await lockEntry(tx, lease.itemId);
      released = releaseLeases(test.database, { projectId, userId, leaseIds: [lease.id] });
      await untilItWaits();
      await lockLease(tx, lease.itemId);
    });
    expect(await released).toBe(1);
  });

  it('by the sweep, which leaves what is in use to the next one', async () => {
    const { projectId, lease } = await leasedProject();
    await expireLeases(test.database, projectId);
    await test.database.transaction(async (tx) => {
      await lockEntry(tx, lease.itemId);
      expect(await sweepLeases(test.database)).toBe(0);
      await lockLease(tx, lease.itemId);
    });
    expect(await sweepLeases(test.database)).toBe(1);
  });

  it('by the sweep, which does not wait for a lease either', async () => {
    const { projectId, lease } = await leasedProject();
    await expireLeases(test.database, projectId);
    await test.database.transaction(async (tx) => {
      await lockLease(tx, lease.itemId);
      expect(await sweepLeases(test.database)).toBe(0);
    });
    expect(await sweepLeases(test.database)).toBe(1);
  });

  it('ends expired leases whose items are in no queue any more', async () => {
    const { projectId } = await leasedProject();
    await expireLeases(test.database, projectId);
    await test.database.pool.query('DELETE FROM queue_entry WHERE project_id = $1', [projectId]);
    expect(await sweepLeases(test.database)).toBe(1);
  });
});

/** One annotator in two tabs: leases, heartbeats, answers and gives back as they come. */
async function annotate(database: Database, { projectId }: SeededProject, userId: string) {
  const call = { projectId, userId };
  for (const turn of upTo(6)) {
    const leases = await leaseItems(database, { ...call, count: 4 });
    const leaseIds = leases.map(({ id }) => id);
    const answers = leases.slice(0, 2).map(({ itemId }) => answerTo(itemId));
    await Promise.all([
      submitAnnotations(database, call, answers),
      leaseItems(database, { ...call, count: 6 }),
      renewLeases(database, { ...call, leaseIds: leaseIds.toReversed() }),
      releaseLeases(database, { ...call, leaseIds: leaseIds.slice(1) }),
      turn % 2 === 0 ? expireLeases(database, projectId) : sweepLeases(database),
    ]);
  }
}

it.each([1, 3])('never waits in a circle, with %i answers per item', async (overlap) => {
  const seeded = await seedProject(test.database, {
    items: 60,
    annotators: 6,
    queue: true,
    policies: { overlap },
  });
  const deadlocks = async () => {
    await test.database.pool.query('SELECT pg_stat_force_next_flush()');
    const { rows } = await test.database.pool.query<{ deadlocks: string }>(
      'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()',
    );
    return Number(rows[0]?.deadlocks);
  };
  // Of their own, so that what they counted is told when they close.
  const database = createDatabase(test.url, { max: 30 });
  const before = await deadlocks();
  await Promise.all(seeded.annotatorIds.map((userId) => annotate(database, seeded, userId)));
  await database.close();
  expect(await deadlocks()).toBe(before);
});
