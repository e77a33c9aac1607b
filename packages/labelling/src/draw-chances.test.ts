import { seedProject, startTestDatabase, type TestDatabase } from '@dubio/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leaseItems } from './lease-items.js';
import { publishQueue } from './publish-queue.js';
import { submitAnnotations } from './submit-annotation.js';
import { answerTo } from './testing/labelling-fixture.js';
import { undoAnnotation } from './undo-annotation.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await startTestDatabase();
});
afterAll(() => test.close());

/** A queue of ten places, of which every third is a control item that no rule drew. */
async function start(overlap = 1) {
  const seeded = await seedProject(test.database, {
    items: 30,
    annotators: 2,
    policies: { overlap },
  });
  const publish = (generation: number, from: number) =>
    test.database.transaction((tx) =>
      publishQueue(
        tx,
        seeded.projectId,
        generation,
        seeded.itemIds.slice(from, from + 10).map((itemId, i) => ({
          itemId,
          origin: i % 3 === 2 ? 'control' : 'acquisition',
          draw: i % 3 === 2 ? null : { chance: 1 / (from + i + 2), among: 30 - from - i },
        })),
      ),
    );
  const labels = async () => {
    const { rows } = await test.database.pool.query<{
      ordinal: number;
      chance: number | null;
      among: number | null;
      generation: number | null;
    }>(
      `SELECT i.ordinal, l.draw_chance AS chance, l.drawn_among AS among, l.draw_generation AS generation
       FROM label l JOIN item i ON i.id = l.item_id WHERE l.project_id = $1 ORDER BY 1`,
      [seeded.projectId],
    );
    return rows;
  };
  const author = (at: number) => ({
    projectId: seeded.projectId,
    userId: seeded.annotatorIds[at] as string,
  });
  const answer = (at: number, ordinal: number, value = 'a') =>
    submitAnnotations(test.database, author(at), [
      answerTo(seeded.itemIds[ordinal] as string, { answer: { answer: value } }),
    ]);
  return { ...seeded, publish, labels, author, answer };
}

const drawn = (ordinal: number, generation = 1) => ({
  ordinal,
  chance: 1 / (ordinal + 2),
  among: 30 - ordinal,
  generation,
});

describe('a label', () => {
  it('knows how its item was drawn, and that a control item was not', async () => {
    const { publish, labels, answer } = await start();
    await publish(1, 0);
    for (const ordinal of [4, 1, 2]) await answer(0, ordinal);
    expect(await labels()).toEqual([
      drawn(1),
      { ordinal: 2, chance: null, among: null, generation: null },
      drawn(4),
    ]);
  });

  it('has the draw of the queue in which it was handed out, also when answered after the next one came', async () => {
    const { publish, labels, author, answer } = await start();
    await publish(1, 0);
    const [lease] = await leaseItems(test.database, { ...author(0), count: 1 });
    await publish(2, 5);
    await submitAnnotations(test.database, author(0), [
      answerTo(lease?.itemId as string, { leaseId: lease?.id as never }),
    ]);
    await answer(1, 6);
    expect(await labels()).toEqual([drawn(0), { ...drawn(6, 2), chance: 1 / 8, among: 24 }]);
  });

  it('keeps the draw when its answer is corrected long after, and has it again after an undo', async () => {
    const { publish, labels, author, answer } = await start();
    await publish(1, 0);
    await answer(0, 0);
    await publish(2, 10);
    await publish(3, 20);
    await answer(0, 0, 'b');
    expect(await labels()).toEqual([drawn(0)]);
    const fresh = await start();
    await fresh.publish(1, 0);
    await fresh.answer(0, 1);
    await undoAnnotation(test.database, { ...fresh.author(0), key: crypto.randomUUID() });
    expect(await fresh.labels()).toEqual([]);
    await fresh.answer(0, 1);
    expect(await fresh.labels()).toEqual([drawn(1)]);
    expect(author(0).userId).not.toBe(fresh.author(0).userId);
  });

  it('of several people has the draw of the first of them', async () => {
    const { publish, labels, answer } = await start(2);
    await publish(1, 0);
    await answer(0, 3);
    expect(await labels()).toEqual([]);
    await publish(2, 3);
    await answer(1, 3);
    expect(await labels()).toEqual([drawn(3)]);
  });
});
