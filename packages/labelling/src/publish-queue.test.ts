import { seedProject, startTestDatabase, type TestDatabase } from '@dubio/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recountLabels } from './imported-labels.js';
import { leaseItems } from './lease-items.js';
import { publishQueue } from './publish-queue.js';
import { submitAnnotations } from './submit-annotation.js';
import { answerTo, readState, upTo } from './testing/labelling-fixture.js';
import { withdrawItem } from './withdraw-item.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await startTestDatabase({ max: 30 });
});
afterAll(() => test.close());

const publish = (projectId: string, generation: number, itemIds: readonly string[]) =>
  test.database.transaction((tx) =>
    publishQueue(
      tx,
      projectId,
      generation,
      itemIds.map((itemId) => ({ itemId, origin: 'acquisition', epistemic: 0.5, votes: [3, 1] })),
    ),
  );

const openRanks = async (projectId: string, generation: number): Promise<number[]> => {
  const { rows } = await test.database.pool.query<{ rank: number }>(
    `SELECT rank FROM queue_entry WHERE project_id = $1 AND generation = $2 AND open_slots > 0
     ORDER BY rank`,
    [projectId, generation],
  );
  return rows.map((row) => row.rank);
};

describe('publishQueue', () => {
  it('re-orders what is not leased and leaves what is in front of people', async () => {
    const seeded = await seedProject(test.database, { items: 10, annotators: 2, queue: true });
    const { projectId, itemIds } = seeded;
    const [one, two] = seeded.annotatorIds as [string, string];
    const held = await leaseItems(test.database, { projectId, userId: one, count: 3 });
    const reversed = [...itemIds].reverse();
    expect(await publish(projectId, 1, reversed)).toBe(true);
    const next = await leaseItems(test.database, { projectId, userId: two, count: 4 });
    expect(next.map((lease) => lease.itemId)).toEqual(reversed.slice(0, 4));
    const again = await leaseItems(test.database, { projectId, userId: one, count: 3 });
    expect(again.map((lease) => lease.itemId)).toEqual(held.map((lease) => lease.itemId));
    const rest = await leaseItems(test.database, { projectId, userId: two, count: 10 });
    const all = [...held, ...next, ...rest.filter((r) => !next.some((n) => n.id === r.id))];
    expect(new Set(all.map((lease) => lease.itemId)).size).toBe(10);
    expect(all).toHaveLength(10);
  });

  it('closes entries of items that were answered or withdrawn meanwhile', async () => {
    const seeded = await seedProject(test.database, { items: 4, queue: true });
    const { projectId, itemIds } = seeded;
    const author = { projectId, userId: seeded.annotatorIds[0] as string };
    await submitAnnotations(test.database, author, [answerTo(itemIds[1] as string)]);
    await test.database.transaction((tx) =>
      withdrawItem(tx, { projectId, itemId: itemIds[2] as string }),
    );
    await publish(projectId, 1, itemIds);
    expect(await openRanks(projectId, 1)).toEqual([1, 4]);
  });

  it('opens as many slots as an item still needs', async () => {
    const seeded = await seedProject(test.database, {
      items: 3,
      annotators: 2,
      queue: true,
      policies: { overlap: 3 },
    });
    const { projectId, itemIds } = seeded;
    const [one, two] = seeded.annotatorIds as [string, string];
    await submitAnnotations(test.database, { projectId, userId: one }, [
      answerTo(itemIds[0] as string),
    ]);
    await leaseItems(test.database, { projectId, userId: two, count: 2 });
    await publish(projectId, 1, itemIds);
    const { queue } = await readState(test.database, projectId);
    expect(queue.filter((q) => q.generation === 1).map((q) => q.open_slots)).toEqual([1, 2, 3]);
  });

  it('changes nothing when it runs a second time or comes too late', async () => {
    const seeded = await seedProject(test.database, { items: 5, queue: true });
    const { projectId, itemIds } = seeded;
    await publish(projectId, 2, itemIds);
    await leaseItems(test.database, {
      projectId,
      userId: seeded.annotatorIds[0] as string,
      count: 2,
    });
    const before = await readState(test.database, projectId);
    expect(await publish(projectId, 2, [...itemIds].reverse())).toBe(false);
    expect(await publish(projectId, 1, itemIds)).toBe(false);
    expect(await readState(test.database, projectId)).toEqual(before);
  });

  it('appends the cold start of a later import', async () => {
    const seeded = await seedProject(test.database, { items: 6 });
    const { projectId, itemIds } = seeded;
    await publish(projectId, 0, itemIds.slice(0, 3));
    await publish(projectId, 0, itemIds.slice(2));
    const { queue } = await readState(test.database, projectId);
    expect(queue.map((q) => q.open_slots)).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it('never leases an item twice while people lease and answer during the switch', async () => {
    const seeded = await seedProject(test.database, {
      items: 200,
      annotators: 10,
      queue: true,
      policies: { retrainAfterLabels: null },
    });
    const { projectId, itemIds } = seeded;
    const doubles: string[] = [];
    const held = new Set<string>();
    const work = async (userId: string) => {
      for (;;) {
        const leases = await leaseItems(test.database, { projectId, userId, count: 2 });
        if (leases.length === 0) return;
        for (const { itemId } of leases) {
          if (held.has(itemId)) doubles.push(itemId);
          held.add(itemId);
        }
        for (const { itemId } of leases) {
          held.delete(itemId);
          await submitAnnotations(test.database, { projectId, userId }, [answerTo(itemId)]);
        }
      }
    };
    const switching = async () => {
      for (const generation of upTo(6)) {
        await publish(projectId, generation, generation % 2 ? [...itemIds].reverse() : itemIds);
      }
    };
    await Promise.all([...seeded.annotatorIds.map(work), switching()]);
    expect(doubles).toEqual([]);
    const { rows } = await test.database.pool.query<{ n: number; extras: number }>(
      `SELECT count(*)::int AS n, count(*) FILTER (WHERE extra)::int AS extras
       FROM annotation WHERE project_id = $1`,
      [projectId],
    );
    expect(rows[0]).toEqual({ n: 200, extras: 0 });
  });
});

describe('cold start', () => {
  it('is never empty while the pool has items, and marks a share as control', async () => {
    const seeded = await seedProject(test.database, {
      items: 400,
      policies: { controlShare: 0.2, queueSize: 400 },
    });
    const { projectId } = seeded;
    const userId = seeded.annotatorIds[0] as string;
    const leases = await leaseItems(test.database, { projectId, userId, count: 50 });
    expect(leases).toHaveLength(50);
    const { rows } = await test.database.pool.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM queue_entry WHERE project_id = $1 AND origin = 'control'`,
      [projectId],
    );
    // 400 draws of 0.2: outside 50 to 110 once in 10,000 runs.
    expect(rows[0]?.n).toBeGreaterThan(50);
    expect(rows[0]?.n).toBeLessThan(110);
  });
});

describe('recountLabels', () => {
  it('counts imported labels of the pool, closes their entries and starts a round', async () => {
    const seeded = await seedProject(test.database, {
      items: 5,
      test: 2,
      queue: true,
      policies: { retrainAfterLabels: 2 },
    });
    const { projectId, itemIds } = seeded;
    const labelled = [itemIds[0], itemIds[3], itemIds[5]];
    await test.database.pool.query(
      `INSERT INTO label (item_id, project_id, answer, source)
       SELECT id, $1, '{"answer":"a"}', 'import' FROM unnest($2::uuid[]) AS id`,
      [projectId, labelled],
    );
    await test.database.pool.query(
      `UPDATE item SET state = 'labelled' WHERE id = ANY($1::uuid[])`,
      [labelled],
    );
    const count = await test.database.transaction((tx) => recountLabels(tx, projectId));
    expect(count).toBe(2);
    expect(await openRanks(projectId, 0)).toEqual([2, 3, 5]);
    const { rows } = await test.database.pool.query(
      'SELECT number, trigger, labels FROM round WHERE project_id = $1',
      [projectId],
    );
    expect(rows).toEqual([{ number: 1, trigger: 'first-labels', labels: 2 }]);
  });
});
