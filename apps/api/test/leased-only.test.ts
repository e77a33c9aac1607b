import { randomUUID } from 'node:crypto';
import { sweepLeases } from '@dubio/labelling';
import { type SeededProject, seedProject } from '@dubio/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addMember, type CallOptions, startTestApp, type TestApp } from './support/test-app.js';

let test: TestApp;
let seeded: SeededProject;
let owner: string;

beforeAll(async () => {
  test = await startTestApp();
  seeded = await seedProject(test.database, { items: 30, queue: true });
  owner = await test.signIn(seeded.ownerId);
});
afterAll(() => test.close());

const project = (path: string) => `/projects/${seeded.projectId}${path}`;
const last = () => seeded.itemIds.at(-1) as string;

async function person(role: 'annotator' | 'reviewer' | 'engineer') {
  const session = await test.signIn(await addMember(test.database, seeded.workspaceId, role));
  const lease = async () => {
    const answer = await test.call('POST', project('/queue/leases'), {
      session,
      body: { count: 1 },
    });
    return answer.body.leased[0] as { leaseId: string; item: { id: string } };
  };
  return { session, lease };
}

async function submit(by: CallOptions, itemId: string, extra: object = {}) {
  const said = {
    key: randomUUID(),
    itemId,
    kind: 'answer',
    answer: { answer: 'a' },
    durationMs: 1,
  };
  const body = { annotations: [{ ...said, ...extra }] };
  const answer = await test.call('POST', project('/annotations'), { ...by, body });
  return answer.body.outcomes[0] as { status: string; code: string | null; detail: string | null };
}

const NOT_LEASED = {
  status: 'refused',
  code: 'annotation.not-leased',
  detail: 'This item was never given to you. Take items from the queue to answer them.',
};

describe('an item that was never given to an annotator', () => {
  it.each([
    { kind: 'answer' },
    { kind: 'skip', answer: undefined, reason: 'unclear' },
    { kind: 'flag', answer: undefined },
  ])('takes nothing from them: $kind', async (said) => {
    const { session } = await person('annotator');
    expect(await submit({ session }, last(), said)).toMatchObject(NOT_LEASED);
  });

  it('nor does it with the lease of somebody else, or a lease of another item', async () => {
    const one = await person('annotator');
    const other = await person('annotator');
    const theirs = await other.lease();
    const stolen = { leaseId: theirs.leaseId };
    expect((await submit(one, theirs.item.id, stolen)).code).toBe('lease.lost');
    expect(await submit(one, theirs.item.id)).toMatchObject(NOT_LEASED);
    const mine = await one.lease();
    expect((await submit(one, last(), { leaseId: mine.leaseId })).code).toBe('lease.lost');
  });

  it('nor from a token that may not read items, whoever made it', async () => {
    const made = await test.call('POST', `/workspaces/${seeded.workspaceId}/tokens`, {
      session: owner,
      body: { name: 'narrow', scopes: ['annotation.create', 'queue.lease'] },
    });
    expect(await submit({ token: made.body.secret }, last())).toMatchObject(NOT_LEASED);
  });

  it.each(['reviewer', 'engineer'] as const)(
    'takes the answer of a %s, who sees it',
    async (role) => {
      const { session } = await person(role);
      const stored = await submit(
        { session },
        seeded.itemIds.at(role === 'reviewer' ? -2 : -3) as string,
      );
      expect(stored.status).toBe('stored');
    },
  );

  it('takes it where the project says so', async () => {
    const { session } = await person('annotator');
    const change = (answerUnleased: boolean) =>
      test.call('PATCH', project(''), { session: owner, body: { policies: { answerUnleased } } });
    expect((await change(true)).status).toBe(200);
    expect((await submit({ session }, last())).status).toBe('stored');
    await change(false);
  });
});

describe('an answer that waited longer than its lease', () => {
  it('is taken while nobody else has answered, with the lease or without', async () => {
    for (const withLease of [true, false]) {
      const { session, lease } = await person('annotator');
      const { leaseId, item } = await lease();
      await test.database.pool.query(
        `UPDATE lease SET expires_at = now() - interval '1 h' WHERE id = $1`,
        [leaseId],
      );
      expect(await sweepLeases(test.database)).toBe(1);
      const late = await submit({ session }, item.id, withLease ? { leaseId } : {});
      expect(late.status).toBe('stored');
    }
  });

  it('is kept as an extra when somebody else was quicker, and can be corrected', async () => {
    const { session, lease } = await person('annotator');
    const { leaseId, item } = await lease();
    await submit({ session: owner }, item.id);
    const late = await submit({ session }, item.id, { leaseId });
    expect(late).toMatchObject({
      status: 'stored',
      detail: expect.stringMatching(/^Kept as an extra/),
    });
    const again = await submit({ session }, item.id, { answer: { answer: 'b' } });
    expect(again.status).toBe('stored');
  });
});
