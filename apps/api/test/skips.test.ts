import { newId } from '@dubio/platform';
import { expect, it } from 'vitest';
import { useSeededApp } from './support/seeded-app.js';

const api = useSeededApp();

it('skips are in lists: those of a person, and of the project with the reason', async () => {
  const [first, second, third] = api.seeded.itemIds as [string, string, string];
  const skip = (itemId: string) => ({
    ...{ key: newId(), itemId, kind: 'skip', reason: 'unclear', durationMs: 1 },
  });
  const answer = (itemId: string) => ({
    ...{ key: newId(), itemId, kind: 'answer', answer: { answer: 'a' }, durationMs: 1 },
  });
  await api.post('/annotations', { annotations: [skip(first), skip(second), answer(third)] });
  const left = async () => {
    const mine = await api.get('/annotations/mine?kind=skip&itemState=pool');
    return mine.body.items.map((one: { itemId: string }) => one.itemId);
  };
  expect(await left()).toEqual([second, first]);
  expect((await api.get('')).body.counts).toMatchObject({ pool: 7, skipped: 2 });
  const skipped = await api.get('/items?state=skipped');
  expect(skipped.body.items.map((item: { id: string }) => item.id)).toEqual([first, second]);
  const all = await api.get('/annotations?kind=skip');
  expect(all.body.items).toMatchObject([
    { itemId: second, reason: 'unclear', userName: 'Owner' },
    { itemId: first, reason: 'unclear' },
  ]);

  // Taken back or answered after all, it is none any more.
  const [newest] = all.body.items;
  await api.post('/annotations/undo', { key: newId(), annotationId: newest.id });
  await api.post('/annotations', { annotations: [answer(first)] });
  expect(await left()).toEqual([]);
  expect((await api.get('')).body.counts).toMatchObject({ pool: 6, skipped: 0 });
  expect((await api.get('/items?state=skipped')).body.items).toEqual([]);
});
