import { newId } from '@dubio/platform';
import { describe, expect, it } from 'vitest';
import { useSeededApp } from './support/seeded-app.js';
import { addMember } from './support/test-app.js';

const api = useSeededApp();

async function labelled(at: number): Promise<string> {
  const itemId = api.seeded.itemIds[at] as string;
  await api.post('/annotations', {
    annotations: [{ key: newId(), itemId, kind: 'answer', answer: { answer: 'a' }, durationMs: 1 }],
  });
  return itemId;
}

const put = (itemId: string, body: object, session = api.owner) =>
  api.app.call('PUT', `${api.project}/items/${itemId}/label`, { session, body });

describe('a label', () => {
  it.each(['reviewer', 'engineer'] as const)(
    'is set right by a %s, with its versions',
    async (role) => {
      const itemId = await labelled(role === 'reviewer' ? 0 : 1);
      const userId = await addMember(api.app.database, api.seeded.workspaceId, role);
      const session = await api.app.signIn(userId);
      const right = await put(itemId, { answer: { answer: 'b' }, note: 'it barks' }, session);
      expect(right.status).toBe(200);
      expect(right.body).toMatchObject({
        itemId,
        answer: { answer: 'b' },
        source: 'correction',
        annotations: 1,
      });
      const { body } = await api.get(`/items/${itemId}/label/versions`);
      expect(body.versions).toMatchObject([
        {
          answer: { answer: 'b' },
          source: 'correction',
          changedBy: { id: userId },
          note: 'it barks',
          updatedAt: right.body.updatedAt,
          replacedAt: null,
        },
        { answer: { answer: 'a' }, source: 'annotation', changedBy: null, note: null },
      ]);
      expect(body.versions[1].replacedAt).not.toBeNull();
      const item = await api.get(`/items/${itemId}`);
      expect(item.body.label).toEqual({ answer: 'b' });
      const audit = await api.app.call('GET', `/workspaces/${api.seeded.workspaceId}/audit`, {
        session: api.owner,
      });
      expect(audit.body.items[0]).toMatchObject({ action: 'label.correct', subject: itemId });
    },
  );

  it('is not set right by an annotator, who corrects his own answers', async () => {
    const itemId = await labelled(2);
    const [annotator] = api.seeded.annotatorIds as [string];
    const session = await api.app.signIn(annotator);
    expect((await put(itemId, { answer: { answer: 'b' } }, session)).status).toBe(403);
  });

  it('names what does not fit, what is missing, and what changed meanwhile', async () => {
    const itemId = await labelled(3);
    const unfit = await put(itemId, { answer: { answer: 'zebra' } });
    expect(unfit).toMatchObject({
      status: 422,
      body: {
        code: 'annotation.invalid',
        fields: [{ field: 'answer.answer', expected: 'one of a, b, c', got: '"zebra"' }],
      },
    });
    const bare = await put(api.seeded.itemIds[6] as string, { answer: { answer: 'b' } });
    expect(bare).toMatchObject({ status: 409, body: { code: 'label.none' } });
    const seenAt = (await put(itemId, { answer: { answer: 'b' } })).body.updatedAt;
    expect((await put(itemId, { answer: { answer: 'c' }, seenAt })).status).toBe(200);
    const late = await put(itemId, { answer: { answer: 'a' }, seenAt });
    expect(late).toMatchObject({ status: 409, body: { code: 'resource.conflict' } });
  });
});
