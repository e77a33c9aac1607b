import { randomUUID } from 'node:crypto';
import { seedProject, startTestDatabase, type TestDatabase } from '@dubio/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leaseItems } from './lease-items.js';
import { releaseLeases, renewLeases, sweepLeases } from './lease-upkeep.js';
import { submitAnnotations } from './submit-annotation.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await startTestDatabase({ max: 40 });
});
afterAll(() => test.close());

const answer = (itemId: string, extra: object = {}) =>
  ({
    key: randomUUID(),
    itemId,
    leaseId: null,
    kind: 'answer',
    answer: { answer: 'a' },
    durationMs: 100,
    ...extra,
  }) as never;

const ranksOf = (leases: { rank: number }[]) => leases.map((l) => l.rank).sort((a, b) => a - b);
const upTo = (n: number) => Array.from({ length: n }, (_, index) => index + 1);

async function expireAll(projectId: string, itemIds: readonly string[]): Promise<void> {
  await test.database.pool.query(
    `UPDATE lease SET expires_at = now() - interval '1 s'
     WHERE project_id = $1 AND item_id = ANY($2::uuid[]) AND ended_at IS NULL`,
    [projectId, itemIds],
  );
}

describe('what is served is the top of the queue', () => {
  for (const people of [1, 2, 10, 50]) {
    it(`gives ${people} annotators at once exactly the best unserved items`, async () => {
      const seeded = await seedProject(test.database, {
        items: people * 7 + 40,
        annotators: people,
        queue: true,
      });
      const { projectId } = seeded;
      const taken = await Promise.all(
        seeded.annotatorIds.map((userId) =>
          leaseItems(test.database, { projectId, userId, count: 7 }),
        ),
      );
      expect(ranksOf(taken.flat())).toEqual(upTo(people * 7));
    });
  }

  for (const people of [2, 10, 50]) {
    it(`fills items that need 3 answers before it goes on, with ${people} annotators`, async () => {
      const seeded = await seedProject(test.database, {
        items: 300,
        annotators: people,
        queue: true,
        policies: { overlap: 3 },
      });
      const { projectId } = seeded;
      const taken = await Promise.all(
        seeded.annotatorIds.map((userId) =>
          leaseItems(test.database, { projectId, userId, count: 6 }),
        ),
      );
      const perRank = new Map<number, number>();
      for (const { rank } of taken.flat()) perRank.set(rank, (perRank.get(rank) ?? 0) + 1);
      // Nobody holds an item twice: with 2 people each item can have 2 holders at most.
      const copies = Math.min(3, people);
      const full = Math.floor(people / copies) * 6;
      for (const rank of upTo(full)) expect(perRank.get(rank)).toBe(copies);
      expect(Math.max(...perRank.keys())).toBe(Math.ceil(people / copies) * 6);
      expect(taken.flat()).toHaveLength(people * 6);
    });
  }

  it('counts what the person holds and answers only what the client does not know', async () => {
    const seeded = await seedProject(test.database, { items: 30, queue: true });
    const { projectId } = seeded;
    const userId = seeded.annotatorIds[0] as string;
    const first = await leaseItems(test.database, { projectId, userId, count: 5 });
    const holding = first.map((l) => l.id);
    const more = await leaseItems(test.database, { projectId, userId, count: 8, holding });
    expect(ranksOf(more)).toEqual([6, 7, 8]);
    const reloaded = await leaseItems(test.database, { projectId, userId, count: 8 });
    expect(ranksOf(reloaded)).toEqual(upTo(8));
  });

  it('answers one lease to two tabs that ask at the same time', async () => {
    const seeded = await seedProject(test.database, { items: 30, queue: true });
    const { projectId } = seeded;
    const userId = seeded.annotatorIds[0] as string;
    const tabs = await Promise.all(
      upTo(6).map(() => leaseItems(test.database, { projectId, userId, count: 5 })),
    );
    for (const tab of tabs) expect(ranksOf(tab)).toEqual(upTo(5));
  });
});

describe('leases flow back', () => {
  it('serves an item again, in its place, when its holder went away', async () => {
    const seeded = await seedProject(test.database, { items: 20, annotators: 2, queue: true });
    const { projectId, itemIds } = seeded;
    const [away, here] = seeded.annotatorIds as [string, string];
    await leaseItems(test.database, { projectId, userId: away, count: 4 });
    await expireAll(projectId, itemIds);
    const next = await leaseItems(test.database, { projectId, userId: here, count: 5 });
    expect(ranksOf(next)).toEqual([1, 2, 3, 4, 5]);
  });

  it('keeps a lease that is renewed and names the ones that are lost', async () => {
    const seeded = await seedProject(test.database, { items: 20, queue: true });
    const { projectId } = seeded;
    const userId = seeded.annotatorIds[0] as string;
    const leases = await leaseItems(test.database, { projectId, userId, count: 3 });
    const ids = leases.map((l) => l.id);
    await releaseLeases(test.database, { projectId, userId, leaseIds: [ids[1] as string] });
    const beat = await renewLeases(test.database, { projectId, userId, leaseIds: ids });
    expect(beat.lost).toEqual([ids[1]]);
    expect(beat.renewed.map((r) => r.leaseId).sort()).toEqual([ids[0], ids[2]].sort());
  });

  it('leaves the leases of others alone', async () => {
    const seeded = await seedProject(test.database, { items: 20, annotators: 2, queue: true });
    const { projectId } = seeded;
    const [one, two] = seeded.annotatorIds as [string, string];
    const leases = await leaseItems(test.database, { projectId, userId: one, count: 3 });
    const leaseIds = leases.map((l) => l.id);
    expect(await releaseLeases(test.database, { projectId, userId: two, leaseIds })).toBe(0);
    const beat = await renewLeases(test.database, { projectId, userId: two, leaseIds });
    expect(beat.lost).toEqual(leaseIds);
  });

  it('is swept for all projects by the periodic sweep', async () => {
    const seeded = await seedProject(test.database, { items: 5, queue: true });
    const { projectId, itemIds } = seeded;
    const userId = seeded.annotatorIds[0] as string;
    await leaseItems(test.database, { projectId, userId, count: 3 });
    await expireAll(projectId, itemIds);
    expect(await sweepLeases(test.database)).toBe(3);
    const { rows } = await test.database.pool.query(
      'SELECT sum(open_slots)::int AS open FROM queue_entry WHERE project_id = $1',
      [projectId],
    );
    expect(rows[0].open).toBe(5);
  });
});

describe('100 clients, some of whom vanish', () => {
  it('leases nothing twice at a time and loses nothing', async () => {
    const seeded = await seedProject(test.database, {
      items: 600,
      annotators: 100,
      queue: true,
      policies: { retrainAfterLabels: null },
    });
    const { projectId } = seeded;
    const held = new Map<string, string>();
    const doubles: string[] = [];
    const vanished: string[] = [];
    const work = async (userId: string, index: number) => {
      for (let turn = 0; ; turn++) {
        const leases = await leaseItems(test.database, { projectId, userId, count: 3 });
        if (leases.length === 0) return;
        for (const { itemId } of leases) {
          if (held.has(itemId)) doubles.push(itemId);
          held.set(itemId, userId);
        }
        // Some at once, some after a while.
        if (index % 4 === 0 && turn === (index % 8 === 0 ? 0 : 1)) {
          vanished.push(...leases.map((l) => l.itemId));
          return;
        }
        for (const { itemId, id } of leases) {
          held.delete(itemId);
          await submitAnnotations(test.database, { projectId, userId }, [
            answer(itemId, { leaseId: id }),
          ]);
        }
      }
    };
    await Promise.all(seeded.annotatorIds.map(work));
    expect(doubles).toEqual([]);
    expect(vanished.length).toBeGreaterThan(0);
    const openBefore = await test.database.pool.query(
      'SELECT count(*)::int AS n FROM queue_entry WHERE project_id = $1 AND open_slots > 0',
      [projectId],
    );
    expect(openBefore.rows[0].n).toBe(0);

    await expireAll(projectId, vanished);
    for (const itemId of vanished) held.delete(itemId);
    await Promise.all(seeded.annotatorIds.slice(1, 4).map((userId) => work(userId, 1)));
    const { rows } = await test.database.pool.query(
      `SELECT count(*)::int AS labels, (SELECT label_count FROM project WHERE id = $1) AS counted,
         (SELECT count(*)::int FROM annotation WHERE project_id = $1 AND extra) AS extras
       FROM label WHERE project_id = $1`,
      [projectId],
    );
    expect(rows[0]).toEqual({ labels: 600, counted: 600, extras: 0 });
  }, 240_000);
});
