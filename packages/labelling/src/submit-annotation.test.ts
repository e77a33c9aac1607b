import { randomUUID } from 'node:crypto';
import { seedProject, startTestDatabase, type TestDatabase } from '@dubio/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leaseItems } from './lease-items.js';
import { submitAnnotations } from './submit-annotation.js';
import { answerTo, expireLeases, readState, upTo } from './testing/labelling-fixture.js';
import { undoAnnotation } from './undo-annotation.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await startTestDatabase({ max: 30 });
});
afterAll(() => test.close());

async function start(options: Parameters<typeof seedProject>[1] = {}) {
  const seeded = await seedProject(test.database, { items: 30, queue: true, ...options });
  const { projectId } = seeded;
  return {
    ...seeded,
    person: (at: number) => {
      const userId = seeded.annotatorIds[at] as string;
      const author = { projectId, userId };
      return {
        userId,
        lease: (count: number) => leaseItems(test.database, { ...author, count }),
        submit: (...inputs: ReturnType<typeof answerTo>[]) =>
          submitAnnotations(test.database, author, inputs),
        undo: (key: string = randomUUID(), annotationId?: string) =>
          undoAnnotation(test.database, {
            ...author,
            key,
            ...(annotationId ? { annotationId } : {}),
          }),
      };
    },
  };
}

const countOf = async (sql: string, projectId: string): Promise<number> =>
  (await test.database.pool.query<{ n: number }>(sql, [projectId])).rows[0]?.n ?? -1;

describe('an answer', () => {
  it('is stored once, however many copies of it arrive at the same time', async () => {
    const { projectId, itemIds, person } = await start();
    const input = answerTo(itemIds[0] as string);
    const copies = await Promise.all(upTo(12).map(() => person(0).submit(input)));
    const statuses = copies.flat().map((outcome) => outcome.status);
    expect(statuses.filter((status) => status === 'stored')).toHaveLength(1);
    expect(statuses.filter((status) => status === 'already-stored')).toHaveLength(11);
    const stored = 'SELECT count(*)::int AS n FROM annotation WHERE project_id = $1';
    expect(await countOf(stored, projectId)).toBe(1);
  });

  it('is refused when its key was used for another item, also when both come at once', async () => {
    const { itemIds, person } = await start();
    const first = answerTo(itemIds[0] as string);
    const other = { ...first, itemId: itemIds[1] as never };
    const outcomes = (await Promise.all([person(0).submit(first), person(0).submit(other)])).flat();
    expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(['refused', 'stored']);
    const refused = outcomes.find((outcome) => outcome.status === 'refused');
    expect(refused).toMatchObject({ code: 'idempotency.mismatch' });
  });

  it('does not stop the others when it does not fit', async () => {
    const { itemIds, person } = await start();
    const outcomes = await person(0).submit(
      answerTo(itemIds[0] as string),
      answerTo(itemIds[1] as string, { answer: { answer: 'nonsense' } }),
      answerTo(randomUUID()),
      answerTo(itemIds[2] as string),
    );
    expect(outcomes.map((o) => ('code' in o ? o.code : o.status))).toEqual([
      'stored',
      'annotation.invalid',
      'resource.not-found',
      'stored',
    ]);
  });

  it('is refused for items of another project', async () => {
    const mine = await start();
    const foreign = await start();
    const outcomes = await mine.person(0).submit(answerTo(foreign.itemIds[0] as string));
    expect(outcomes[0]).toMatchObject({ status: 'refused', code: 'resource.not-found' });
  });

  it('is refused for held-out items, whose answers are imported', async () => {
    const { itemIds, person } = await start({ items: 3, test: 1 });
    const outcomes = await person(0).submit(answerTo(itemIds[3] as string));
    expect(outcomes[0]).toMatchObject({ status: 'refused', code: 'annotation.invalid' });
  });

  it('cannot go by a lease that the person never had', async () => {
    const { itemIds, person } = await start({ annotators: 2 });
    const [lease] = await person(0).lease(1);
    const forged = answerTo(itemIds[0] as string, { leaseId: lease?.id as never });
    expect((await person(1).submit(forged))[0]).toMatchObject({ code: 'lease.lost' });
  });
});

describe('an answer that comes late', () => {
  it('counts while the item needs one, and the next is kept as an extra', async () => {
    const { projectId, person } = await start({ annotators: 2 });
    const [late] = await person(0).lease(1);
    await expireLeases(test.database, projectId);
    const [again] = await person(1).lease(1);
    expect(again?.itemId).toBe(late?.itemId);
    const itemId = late?.itemId as string;
    const first = await person(0).submit(answerTo(itemId, { leaseId: late?.id as never }));
    expect(first[0]).toMatchObject({ status: 'stored', annotation: { extra: false } });
    const second = await person(1).submit(
      answerTo(itemId, { leaseId: again?.id as never, answer: { answer: 'b' } }),
    );
    expect(second[0]).toMatchObject({ status: 'stored', annotation: { extra: true } });
    const { labels } = await readState(test.database, projectId);
    expect(labels).toMatchObject([{ answer: { answer: 'a' }, annotations: 1 }]);
  });
});

describe('overlap', () => {
  for (const overlap of [2, 3]) {
    it(`takes answers of exactly ${overlap} people, whatever races`, async () => {
      const people = 8;
      const { projectId, itemIds, person } = await start({
        items: 6,
        annotators: people,
        policies: { overlap, retrainAfterLabels: null },
      });
      await Promise.all(
        upTo(people).flatMap((at) =>
          itemIds.map((itemId) => person(at - 1).submit(answerTo(itemId))),
        ),
      );
      const { rows } = await test.database.pool.query<{ n: number }>(
        `SELECT count(*) FILTER (WHERE NOT extra)::int AS n FROM annotation
         WHERE project_id = $1 GROUP BY item_id`,
        [projectId],
      );
      expect(rows.map((row) => row.n)).toEqual(itemIds.map(() => overlap));
      const state = await readState(test.database, projectId);
      expect(state.labels).toHaveLength(6);
      expect(state.project[0]).toMatchObject({ label_count: 6 });
    });
  }

  it('makes a label only when all opinions are there', async () => {
    const { projectId, itemIds, person } = await start({
      annotators: 3,
      policies: { overlap: 3 },
    });
    const itemId = itemIds[0] as string;
    await person(0).submit(answerTo(itemId, { answer: { answer: 'b' } }));
    await person(1).submit(answerTo(itemId, { answer: { answer: 'a' } }));
    expect((await readState(test.database, projectId)).labels).toEqual([]);
    await person(2).submit(answerTo(itemId, { answer: { answer: 'a' } }));
    const { labels } = await readState(test.database, projectId);
    expect(labels).toMatchObject([{ answer: { answer: 'a' }, annotations: 3 }]);
    expect(labels[0].confidence).toBeCloseTo(2 / 3);
  });
});

describe('a skip', () => {
  it('gives the item to others, and never again to the same person', async () => {
    const { person } = await start({ annotators: 2 });
    const [first] = await person(0).lease(1);
    const skip = answerTo(first?.itemId as string, {
      kind: 'skip',
      answer: undefined as never,
      leaseId: first?.id as never,
    });
    await person(0).submit(skip);
    expect((await person(1).lease(1))[0]?.itemId).toBe(first?.itemId);
    expect((await person(0).lease(3)).map((l) => l.rank)).toEqual([2, 3, 4]);
  });
});

describe('a flag', () => {
  it('is a remark: the item stays with the person', async () => {
    const { projectId, person } = await start();
    const [lease] = await person(0).lease(1);
    const flag = answerTo(lease?.itemId as string, { kind: 'flag', answer: undefined as never });
    expect((await person(0).submit(flag))[0]?.status).toBe('stored');
    expect((await readState(test.database, projectId)).leased).toHaveLength(1);
  });
});

describe('a correction', () => {
  it('replaces the answer of its author and counts as that did', async () => {
    const { projectId, itemIds, person } = await start();
    const itemId = itemIds[0] as string;
    const [first] = await person(0).submit(answerTo(itemId));
    const supersedes = (first as { annotation: { id: string } }).annotation.id as never;
    const better = answerTo(itemId, { answer: { answer: 'c' }, supersedes });
    expect((await person(0).submit(better))[0]).toMatchObject({ annotation: { extra: false } });
    const state = await readState(test.database, projectId);
    expect(state.labels).toMatchObject([{ answer: { answer: 'c' }, annotations: 1 }]);
    expect(state.project[0]).toMatchObject({ label_count: 1 });
  });

  it('of what somebody else said is refused', async () => {
    const { itemIds, person } = await start({ annotators: 2 });
    const itemId = itemIds[0] as string;
    const [first] = await person(0).submit(answerTo(itemId));
    const supersedes = (first as { annotation: { id: string } }).annotation.id as never;
    const [outcome] = await person(1).submit(answerTo(itemId, { supersedes }));
    expect(outcome).toMatchObject({ status: 'refused', code: 'annotation.not-yours' });
  });
});

describe('undo', () => {
  it('goes back 60 answers and skips across items, and leaves everything as it was', async () => {
    const { projectId, person } = await start({
      items: 70,
      policies: { retrainAfterLabels: null },
    });
    const leases = await person(0).lease(60);
    const before = await readState(test.database, projectId);
    for (const [at, lease] of leases.entries()) {
      const kind = at % 5 === 4 ? { kind: 'skip' as const, answer: undefined as never } : {};
      await person(0).submit(answerTo(lease.itemId, { leaseId: lease.id as never, ...kind }));
    }
    expect((await readState(test.database, projectId)).labels).toHaveLength(48);
    const order: (string | undefined)[] = [];
    for (const _ of leases) {
      const outcome = await person(0).undo();
      order.push(outcome.retracted?.itemId);
      expect(outcome.lease?.itemId).toBe(outcome.retracted?.itemId);
    }
    expect(order).toEqual(leases.map((lease) => lease.itemId).reverse());
    expect(await readState(test.database, projectId)).toEqual(before);
    expect(await person(0).undo()).toEqual({ retracted: null, lease: null });
  });

  it('sent twice takes back one answer', async () => {
    const { itemIds, person } = await start();
    await person(0).submit(answerTo(itemIds[0] as string), answerTo(itemIds[1] as string));
    const key = randomUUID();
    const both = await Promise.all([person(0).undo(key), person(0).undo(key)]);
    expect(both[0]?.retracted?.itemId).toBe(itemIds[1]);
    expect(both[1]?.retracted?.id).toBe(both[0]?.retracted?.id);
  });

  it('does not take the item from somebody who has it by now', async () => {
    const { projectId, person } = await start({ annotators: 2 });
    const [mine] = await person(0).lease(1);
    await person(0).submit(
      answerTo(mine?.itemId as string, { kind: 'skip', answer: undefined as never }),
    );
    await person(1).lease(1);
    expect(await person(0).undo()).toMatchObject({ lease: null });
    expect((await readState(test.database, projectId)).leased).toHaveLength(1);
  });

  it('of what somebody else said, or of what is gone, is refused', async () => {
    const { itemIds, person } = await start({ annotators: 2 });
    const [stored] = await person(0).submit(answerTo(itemIds[0] as string));
    const id = (stored as { annotation: { id: string } }).annotation.id;
    await expect(person(1).undo(randomUUID(), id)).rejects.toMatchObject({
      code: 'annotation.not-yours',
    });
    await person(0).undo(randomUUID(), id);
    await expect(person(0).undo(randomUUID(), id)).rejects.toMatchObject({
      code: 'annotation.superseded',
    });
    await expect(person(0).undo(randomUUID(), randomUUID())).rejects.toMatchObject({
      code: 'resource.not-found',
    });
  });
});
