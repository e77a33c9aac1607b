import { randomUUID } from 'node:crypto';
import { AnnotationInput } from '@dubio/contracts';
import { leaseItems, submitAnnotations } from '@dubio/labelling';
import { type SeededProject, seedProject, startTestDatabase } from '@dubio/platform/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { judge } from './judge.js';
import { findDoubleLeases } from './watch.js';

describe('what the database holds of what people were told', () => {
  let test: Awaited<ReturnType<typeof startTestDatabase>>;
  let place: SeededProject;
  let told: { key: string; userId: string; itemId: string }[];
  const query = (text: string, ...values: unknown[]) => test.database.pool.query(text, values);

  beforeAll(async () => {
    test = await startTestDatabase();
  });
  afterAll(() => test.close());
  beforeEach(async () => {
    place = await seedProject(test.database, { items: 8, annotators: 2, queue: true });
    const { projectId } = place;
    told = [];
    for (const userId of place.annotatorIds) {
      for (const lease of await leaseItems(test.database, { projectId, userId, count: 3 })) {
        const key = randomUUID();
        const answer = AnnotationInput.parse({
          ...{ key, itemId: lease.itemId, leaseId: lease.id, kind: 'answer', durationMs: 1 },
          answer: { answer: 'a' },
        });
        const [outcome] = await submitAnnotations(test.database, { projectId, userId }, [answer]);
        expect(outcome?.status).toBe('stored');
        told.push({ key, userId, itemId: lease.itemId });
      }
    }
  });
  const verdict = () => judge(test.database, [place.projectId], told);
  const good = { acknowledged: 6, stored: 6, lost: 0, doubled: 0, unacknowledged: 0 };

  it('is all of it when nothing happened', async () => {
    expect(await verdict()).toEqual(good);
  });

  it('misses a lost answer, and a lost label', async () => {
    const [first, second] = told;
    await query('DELETE FROM label WHERE item_id = $1', first?.itemId);
    expect(await verdict()).toEqual({ ...good, lost: 1 });
    await query('DELETE FROM annotation WHERE key = $1', second?.key);
    expect(await verdict()).toEqual({ ...good, stored: 5, lost: 2 });
  });

  it('sees an answer that counts twice, and one that nobody was told of', async () => {
    const [userId] = place.annotatorIds;
    const again = `INSERT INTO annotation (id, project_id, item_id, user_id, kind, answer, origin, generation, duration_ms, key)
      SELECT gen_random_uuid(), project_id, item_id, $2, kind, answer, origin, generation, 1, gen_random_uuid()
      FROM annotation WHERE key = $1`;
    await query(again, told[0]?.key, userId);
    expect(await verdict()).toEqual({ ...good, doubled: 2, unacknowledged: 1 });
    await query(again, told[5]?.key, userId);
    expect(await verdict()).toEqual({ ...good, doubled: 3, unacknowledged: 2 });
  });

  it('sees an item that two people hold', async () => {
    const { projectId, annotatorIds } = place;
    const [first = '', second = ''] = annotatorIds;
    const [lease] = await leaseItems(test.database, { projectId, userId: first, count: 1 });
    expect(await findDoubleLeases(test.database, [projectId])).toEqual([]);
    await query(
      `INSERT INTO lease (id, project_id, item_id, user_id, generation, rank, origin, expires_at)
       SELECT gen_random_uuid(), project_id, item_id, $2, generation, rank, origin, expires_at
       FROM lease WHERE id = $1`,
      ...[lease?.id, second],
    );
    expect(await findDoubleLeases(test.database, [projectId])).toEqual([lease?.itemId]);
  });
});
