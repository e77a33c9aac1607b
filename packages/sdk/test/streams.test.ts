import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { createClient } from '../src/index.js';
import { hangUp, json, problem, startServer } from './http-server.js';

const PROJECT = '0190a3a4-0000-7000-8000-000000000001';
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});
async function connect(...answers: Parameters<typeof startServer>) {
  const server = await startServer(...answers);
  closers.push(server.close);
  return { ...server, dubio: createClient({ baseUrl: server.baseUrl }) };
}

const labels = (id: number) => `id: ${id}\ndata: {"type":"labels.changed","labels":${id}}\n\n`;
const events =
  (...parts: string[]) =>
  (response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const part of parts) response.write(part);
    response.end();
  };

describe('watching a project', () => {
  it('goes on after the last event when the line breaks, and gives each event once', async () => {
    const first = labels(1) + labels(2);
    const { dubio, seen } = await connect(
      events(first.slice(0, 30), first.slice(30)),
      hangUp,
      events(': still there\n\n', labels(3)),
    );
    const ids: string[] = [];
    for await (const { id, event } of dubio.watchProject(PROJECT, { lastEventId: '0' })) {
      expect(event).toEqual({ type: 'labels.changed', labels: Number(id) });
      ids.push(id);
      if (id === '3') break;
    }
    expect(ids).toEqual(['1', '2', '3']);
    expect(seen.map((one) => one.headers['last-event-id'])).toEqual(['0', '2', '2']);
  });

  it('ends quietly when nobody wants to hear more', async () => {
    const { dubio } = await connect((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(labels(1));
    });
    const stop = new AbortController();
    let heard = 0;
    for await (const _ of dubio.watchProject(PROJECT, { signal: stop.signal })) {
      heard += 1;
      stop.abort();
    }
    expect(heard).toBe(1);
  });

  it('comes back when the line is silent for too long', async () => {
    const silent = (response: ServerResponse) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(': hello\n\n');
    };
    const { dubio } = await connect(silent, events(labels(1)));
    const states: string[] = [];
    const watch = dubio.watchProject(PROJECT, {
      silenceMs: 30,
      onConnection: (state) => states.push(state),
    });
    expect((await watch.next()).value?.id).toBe('1');
    expect(states).toEqual(['open', 'lost', 'open']);
    await watch.return();
  });

  it('stops with the error when there is nothing to see', async () => {
    const { dubio, seen } = await connect(problem('resource.not-found', 404));
    await expect(dubio.watchProject(PROJECT).next()).rejects.toMatchObject({ status: 404 });
    expect(seen).toHaveLength(1);
  });
});

const state = (name: string, more = {}) =>
  json({ id: PROJECT, state: name, fileName: 'a.csv', error: null, rowsAdded: 0, ...more });

describe('importing a file', () => {
  it('announces it, streams it and waits until each row is settled', async () => {
    const { dubio, seen } = await connect(
      state('uploading'),
      state('queued'),
      state('running'),
      state('done', { rowsAdded: 2 }),
    );
    const progress: string[] = [];
    const done = await dubio.importFile(
      {
        projectId: PROJECT,
        fileName: 'a.csv',
        content: new Blob(['x,y\n1,2\n3,4\n']),
        options: { kind: 'csv' },
      },
      { pollMs: 1, onProgress: (one) => progress.push(one.state) },
    );
    expect(done.rowsAdded).toBe(2);
    expect(progress).toEqual(['running', 'done']);
    expect(seen[1]).toMatchObject({ method: 'PUT', body: 'x,y\n1,2\n3,4\n' });
    expect(seen[1]?.url).toMatch(/\/content\?part=items$/);
  });

  it('sends a file again after a broken connection, but a stream only once', async () => {
    const options = { kind: 'csv' } as const;
    const file = { projectId: PROJECT, fileName: 'a.csv', options };
    const again = await connect(state('uploading'), hangUp, state('queued'), state('done'));
    await again.dubio.importFile({ ...file, content: new Blob(['x']) }, { pollMs: 1 });
    expect(again.seen.map((one) => one.method)).toEqual(['POST', 'PUT', 'PUT', 'GET']);
    const once = await connect(state('uploading'), hangUp);
    const content = new Blob(['x']).stream() as ReadableStream<Uint8Array<ArrayBuffer>>;
    await expect(once.dubio.importFile({ ...file, content })).rejects.toThrow('Could not reach');
    expect(once.seen.map((one) => one.method)).toEqual(['POST', 'PUT']);
  });

  it('sends the answers of an IDX file first, since the items start the import', async () => {
    const { dubio, seen } = await connect(
      state('uploading'),
      state('uploading'),
      state('queued'),
      state('done'),
    );
    await dubio.importFile({
      projectId: PROJECT,
      fileName: 'images.idx',
      content: new Blob(['images']),
      labels: new Blob(['labels']),
      options: { kind: 'idx' },
    });
    expect(seen.slice(1, 3).map((one) => one.body)).toEqual(['labels', 'images']);
  });

  it('fails with the reason when the file cannot be read', async () => {
    const error = 'Line 1: expected a header.';
    const { dubio } = await connect(
      state('uploading'),
      state('queued'),
      state('failed', { error }),
    );
    const work = dubio.importFile({
      projectId: PROJECT,
      fileName: 'a.csv',
      content: new Blob(['x']),
      options: { kind: 'csv' },
    });
    await expect(work).rejects.toMatchObject({ code: 'import.failed' });
    await expect(work).rejects.toThrow(error);
  });
});

describe('waiting for a round', () => {
  it('ends when the round is ready, and fails with the reason of a failed one', async () => {
    const training = json({ number: 2, state: 'training' });
    const good = await connect(training, json({ number: 2, state: 'ready' }));
    const input = { projectId: PROJECT, number: 2 };
    expect((await good.dubio.waitForRound(input, { pollMs: 1 })).state).toBe('ready');
    const failure = { code: 'diverged', message: 'The loss became infinite.', stage: 'training' };
    const bad = await connect(training, json({ number: 2, state: 'failed', failure }));
    await expect(bad.dubio.waitForRound(input, { pollMs: 1 })).rejects.toThrow('became infinite');
  });
});

describe('starting a round and waiting', () => {
  const page = (...numbers: number[]) =>
    json({ items: numbers.map((number) => ({ number, state: 'training' })), nextCursor: null });

  it('waits for the round it started', async () => {
    const { dubio, seen } = await connect(
      page(),
      json({ round: { number: 1, state: 'queued' }, remembered: false }, 202),
      json({ number: 1, state: 'ready' }),
    );
    expect((await dubio.startRoundAndWait(PROJECT, { pollMs: 1 })).number).toBe(1);
    expect(seen).toHaveLength(3);
  });

  it('waits for the round that comes of a remembered wish, not for the one that ran', async () => {
    const { dubio } = await connect(
      page(4),
      json({ round: null, remembered: true }, 202),
      page(4),
      page(5, 4),
      json({ number: 5, state: 'scoring' }),
      json({ number: 5, state: 'ready' }),
    );
    const states: string[] = [];
    const onProgress = (round: { state: string }) => states.push(round.state);
    expect((await dubio.startRoundAndWait(PROJECT, { pollMs: 1, onProgress })).number).toBe(5);
    expect(states).toEqual(['scoring', 'ready']);
  });
});

describe('exporting labels', () => {
  it('gives one label at a time, however the bytes are cut', async () => {
    const lines = '{"externalId":"ä1"}\n{"externalId":"b"}\n\n{"externalId":"c"}';
    const bytes = new TextEncoder().encode(lines);
    const { dubio } = await connect((response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      for (const byte of bytes) response.write(Uint8Array.of(byte));
      response.end();
    });
    const ids: string[] = [];
    for await (const label of dubio.exportLabels(PROJECT)) ids.push(label.externalId);
    expect(ids).toEqual(['ä1', 'b', 'c']);
  });
});
