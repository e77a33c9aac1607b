import { randomUUID } from 'node:crypto';
import { seedProject, startTestDatabase, type TestDatabase } from '@dubio/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Correction, correctLabel } from './correct-label.js';
import { requestRound } from './rounds/request-round.js';
import { submitAnnotations } from './submit-annotation.js';
import { answerTo, readState } from './testing/labelling-fixture.js';
import { undoAnnotation } from './undo-annotation.js';
import { withdrawItem } from './withdraw-item.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await startTestDatabase();
});
afterAll(() => test.close());

const sql = async (text: string, values: unknown[]) =>
  (await test.database.pool.query(text, values)).rows;

async function start() {
  const seeded = await seedProject(test.database, { items: 4, validation: 1, annotators: 2 });
  const { projectId, ownerId, annotatorIds, itemIds } = seeded;
  const [first, second, imported, bare, held] = itemIds as [string, string, string, string, string];
  const by = (place: number) => ({ projectId, userId: annotatorIds[place] as string });
  await submitAnnotations(test.database, by(0), [answerTo(first), answerTo(second)]);
  for (const id of [imported, held]) {
    await sql(
      `INSERT INTO label (item_id, project_id, answer, source) VALUES ($1, $2, $3, 'import')`,
      [id, projectId, { answer: 'a' }],
    );
  }
  const correct = (itemId: string, extra: Partial<Correction> = {}) =>
    test.database.transaction((tx) =>
      correctLabel(tx, {
        ...{ projectId, itemId, userId: ownerId, answer: { answer: 'b' } },
        ...{ note: null, seenAt: null },
        ...extra,
      }),
    );
  const label = async (itemId: string) =>
    (await sql('SELECT answer, source, confidence FROM label WHERE item_id = $1', [itemId]))[0];
  const versions = (itemId: string) =>
    sql('SELECT answer, source FROM label_version WHERE item_id = $1 ORDER BY id', [itemId]);
  return { projectId, ownerId, by, first, imported, bare, held, correct, label, versions };
}

describe('a label that is set right', () => {
  it('is the new one, wherever it came from, and what it was is kept', async () => {
    const { first, imported, held, correct, label, versions } = await start();
    const sources = { [first]: 'annotation', [imported]: 'import', [held]: 'import' };
    for (const [itemId, source] of Object.entries(sources)) {
      expect(await correct(itemId)).toBe(true);
      expect(await label(itemId)).toEqual({
        answer: { answer: 'b' },
        source: 'correction',
        confidence: 1,
      });
      expect(await versions(itemId)).toEqual([{ answer: { answer: 'a' }, source }]);
    }
  });

  it('changes nothing else, and nothing at all when it comes twice', async () => {
    const { projectId, first, correct, versions } = await start();
    const before = await readState(test.database, projectId);
    await correct(first);
    const after = await readState(test.database, projectId);
    expect({ ...after, labels: [] }).toEqual({ ...before, labels: [] });
    expect(await correct(first)).toBe(false);
    expect(await versions(first)).toHaveLength(1);
  });

  it('stays when its annotators answer again, take back, or others answer', async () => {
    const { by, first, correct, label } = await start();
    await correct(first);
    await submitAnnotations(test.database, by(0), [answerTo(first, { answer: { answer: 'c' } })]);
    const [other] = await submitAnnotations(test.database, by(1), [
      answerTo(first, { answer: { answer: 'c' } }),
    ]);
    expect(other).toMatchObject({ status: 'stored', annotation: { extra: true } });
    await undoAnnotation(test.database, { ...by(0), key: randomUUID() });
    expect(await label(first)).toMatchObject({ answer: { answer: 'b' }, source: 'correction' });
  });

  it('belongs to the next round, not to the one that runs', async () => {
    const { projectId, first, correct } = await start();
    await test.database.transaction((tx) => requestRound(tx, { projectId, trigger: 'api' }));
    await correct(first);
    const [row] = await sql(
      `SELECT l.updated_at > r.labels_up_to AS later FROM label l, round r
       WHERE l.item_id = $1 AND r.project_id = $2`,
      [first, projectId],
    );
    expect(row).toEqual({ later: true });
  });

  it('is not taken over a change that the person has not seen', async () => {
    const { first, correct, label } = await start();
    const seenAt = new Date();
    await correct(first, { answer: { answer: 'c' }, note: 'blurred' });
    await expect(correct(first, { seenAt })).rejects.toMatchObject({ code: 'resource.conflict' });
    expect(await label(first)).toMatchObject({ answer: { answer: 'c' } });
  });

  it('needs a label, an item of the project, and an answer that fits', async () => {
    const { bare, first, correct } = await start();
    await expect(correct(bare)).rejects.toMatchObject({ code: 'label.none' });
    await expect(correct(randomUUID())).rejects.toMatchObject({ code: 'resource.not-found' });
    await expect(correct(first, { answer: { answer: 'd', size: 3 } })).rejects.toMatchObject({
      code: 'annotation.invalid',
      fields: [{ field: 'answer.size' }, { field: 'answer.answer', got: '"d"' }],
    });
  });
});

describe('versions of labels', () => {
  it('keep what was imported or set right when an item is withdrawn', async () => {
    const { projectId, imported, first, versions } = await start();
    for (const itemId of [imported, first]) {
      await test.database.transaction((tx) => withdrawItem(tx, { projectId, itemId }));
    }
    expect(await versions(imported)).toEqual([{ answer: { answer: 'a' }, source: 'import' }]);
    // What annotators said stands in their annotations.
    expect(await versions(first)).toEqual([]);
  });

  it('go with the project', async () => {
    const { projectId, imported, correct, versions } = await start();
    await correct(imported);
    await sql('DELETE FROM project WHERE id = $1', [projectId]);
    expect(await versions(imported)).toEqual([]);
  });
});
