import { publishEvent } from '@dubio/platform';
import { type SeededProject, seedProject } from '@dubio/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from './support/test-app.js';

let test: TestApp;
let seeded: SeededProject;
let session: string;
let url: string;

beforeAll(async () => {
  test = await startTestApp();
  seeded = await seedProject(test.database, { items: 2 });
  session = await test.signIn(seeded.ownerId);
  url = `${await test.listen()}/api/v1/projects/${seeded.projectId}/events`;
});
afterAll(() => test.close());

type Seen = { id: string; labels: number };

const tell = (labels: number) =>
  test.database.transaction((tx) =>
    publishEvent(tx, seeded.projectId, { type: 'labels.changed', labels }),
  );

/** Reads events until `count` have come, then leaves. */
async function watch(count: number, lastEventId?: string) {
  const abort = new AbortController();
  const response = await fetch(url, {
    headers: {
      cookie: `dubio_session=${session}`,
      ...(lastEventId ? { 'last-event-id': lastEventId } : {}),
    },
    signal: abort.signal,
  });
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  let text = '';
  while (!text.includes('\n\n')) text += decoder.decode((await reader.read()).value);
  const events = async (): Promise<Seen[]> => {
    const parse = () =>
      [...text.matchAll(/id: (.+)\nevent: labels\.changed\ndata: (.+)\n\n/g)].map((match) => ({
        id: match[1] as string,
        labels: JSON.parse(match[2] as string).labels as number,
      }));
    while (parse().length < count) text += decoder.decode((await reader.read()).value);
    abort.abort();
    return parse();
  };
  return { response, events };
}

describe('live events', () => {
  it('arrive in order, and a reader that comes back misses none', async () => {
    const first = await watch(2);
    expect(first.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    await tell(1);
    await tell(2);
    const seen = await first.events();
    expect(seen.map((event) => event.labels)).toEqual([1, 2]);
    // Nobody listens now.
    await tell(3);
    await tell(4);
    const second = await watch(3, seen[1]?.id);
    await tell(5);
    expect((await second.events()).map((event) => event.labels)).toEqual([3, 4, 5]);
  });

  it('are of the project that was asked for', async () => {
    const other = await seedProject(test.database, {});
    const reader = await watch(1);
    await test.database.transaction((tx) =>
      publishEvent(tx, other.projectId, { type: 'labels.changed', labels: 99 }),
    );
    await tell(6);
    expect((await reader.events()).map((event) => event.labels)).toEqual([6]);
  });
});
