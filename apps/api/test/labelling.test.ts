import { randomUUID } from 'node:crypto';
import { publishQueue } from '@dubio/labelling';
import { type SeededProject, seedProject } from '@dubio/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from './support/test-app.js';

let test: TestApp;
let seeded: SeededProject;
let owner: string;
let annotator: string;

beforeAll(async () => {
  test = await startTestApp();
  seeded = await seedProject(test.database, { items: 60, annotators: 2, queue: true });
  owner = await test.signIn(seeded.ownerId);
  annotator = await test.signIn(seeded.annotatorIds[0] as string);
});
afterAll(() => test.close());

const lease = (session: string, body: object = { count: 5 }) =>
  test.call('POST', `/projects/${seeded.projectId}/queue/leases`, { session, body });

const answerTo = (leased: { leaseId: string; item: { id: string } }, extra: object = {}) => ({
  key: randomUUID(),
  itemId: leased.item.id,
  leaseId: leased.leaseId,
  kind: 'answer',
  answer: { answer: 'b' },
  durationMs: 1200,
  ...extra,
});

describe('the labelling loop over HTTP', () => {
  it('leases, stores answers exactly once and says how far it is', async () => {
    const leased = await lease(annotator);
    expect(leased.status).toBe(200);
    expect(leased.body.leased.map((l: { rank: number }) => l.rank)).toEqual([1, 2, 3, 4, 5]);
    expect(leased.body.status).toMatchObject({ coldStart: 'random', queueSize: 60, queueLeft: 55 });
    const first = answerTo(leased.body.leased[0]);
    const body = {
      annotations: [first, answerTo(leased.body.leased[1], { answer: { answer: 'x' } })],
    };
    const url = `/projects/${seeded.projectId}/annotations`;
    const stored = await test.call('POST', url, { session: annotator, body });
    expect(stored.body.outcomes.map((o: { status: string }) => o.status)).toEqual([
      'stored',
      'refused',
    ]);
    expect(stored.body.outcomes[1]).toMatchObject({
      code: 'annotation.invalid',
      detail: 'answer: expected one of a, b, c, got "x".',
    });
    expect(stored.body.status).toMatchObject({
      mineToday: 1,
      projectLabels: 1,
      labelsUntilRound: 19,
    });
    const again = await test.call('POST', url, {
      session: annotator,
      body: { annotations: [first] },
    });
    expect(again.body.outcomes[0].status).toBe('already-stored');
    expect(again.body.status.projectLabels).toBe(1);
  });

  it('does not tell who answers that an item is tested, and tells who reads', async () => {
    const own = await seedProject(test.database, { items: 3, annotators: 1 });
    await test.database.transaction((tx) =>
      publishQueue(
        tx,
        own.projectId,
        1,
        own.itemIds.map((itemId, i) => ({
          itemId,
          origin: (['active-test', 'control', 'acquisition'] as const)[i]!,
          draw: i === 0 ? { chance: 0.4, among: 3 } : null,
        })),
      ),
    );
    const session = await test.signIn(own.annotatorIds[0] as string);
    const url = `/projects/${own.projectId}`;
    const call = (path: string, body: object) =>
      test.call('POST', `${url}${path}`, { session, body });
    const { body } = await call('/queue/leases', { count: 3 });
    const origins = (rows: { origin: string }[]) => rows.map(({ origin }) => origin);
    expect(origins(body.leased)).toEqual(['control', 'control', 'acquisition']);
    const stored = await call('/annotations', { annotations: [answerTo(body.leased[0])] });
    expect(stored.body.outcomes[0].annotation.origin).toBe('control');
    const mine = await test.call('GET', `${url}/annotations/mine`, { session });
    expect(origins(mine.body.items)).toEqual(['control']);
    const read = await test.signIn(own.ownerId);
    const all = await test.call('GET', `${url}/annotations`, { session: read });
    expect(origins(all.body.items)).toEqual(['active-test']);
    const undone = await call('/annotations/undo', { key: randomUUID() });
    expect([undone.body.retracted.origin, undone.body.leased.origin]).toEqual([
      'control',
      'control',
    ]);
  });

  it('takes the last answer back and puts its item in front again', async () => {
    const url = `/projects/${seeded.projectId}/annotations/undo`;
    const key = randomUUID();
    const undone = await test.call('POST', url, { session: annotator, body: { key } });
    expect(undone.body.retracted.answer).toEqual({ answer: 'b' });
    expect(undone.body.leased.rank).toBe(1);
    expect(undone.body.status.projectLabels).toBe(0);
    const again = await test.call('POST', url, { session: annotator, body: { key } });
    expect(again.body.leased.leaseId).toBe(undone.body.leased.leaseId);
  });

  it('shows the project with its verdict', async () => {
    const project = await test.call('GET', `/projects/${seeded.projectId}`, { session: owner });
    expect(project.status).toBe(200);
    expect(project.body).toMatchObject({
      state: 'waiting-for-labels',
      verdict: { headline: 'Keep labelling', met: false },
      counts: { pool: 60, labelled: 0 },
    });
  });
});
