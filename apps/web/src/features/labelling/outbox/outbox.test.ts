import type { AnnotationOutcome, ItemId, LabellingStatus, LeaseId } from '@dubio/contracts';
import { describe, expect, it, vi } from 'vitest';
import { ApiError } from '@/lib/api/api-error';
import { newUuid } from '@/lib/uuid';
import { Outbox, type SendAnswers } from './outbox';
import type { OutboxRecord } from './outbox-record';
import { MemoryStorage, type OutboxStorage } from './outbox-storage';

const STATUS = { generation: 1 } as LabellingStatus;

function record(itemId: string, at = 0): OutboxRecord {
  const key = newUuid();
  return {
    key,
    projectId: 'p',
    userId: 'u',
    input: {
      key,
      itemId: itemId as ItemId,
      leaseId: `lease-${itemId}` as LeaseId,
      kind: 'answer',
      answer: { digit: '7' },
      durationMs: 900,
    },
    leased: { item: { id: itemId } } as OutboxRecord['leased'],
    createdAt: at,
    refusal: null,
  };
}

const stored = (key: string): AnnotationOutcome => ({
  key,
  status: 'stored',
  annotation: null,
  code: null,
  detail: null,
});

/** A server that stores by key, with a switch for its connection. */
function server() {
  const kept = new Map<string, string>();
  const state = { up: true, requests: 0, loseAnswers: 0 };
  const send: SendAnswers = async (annotations) => {
    state.requests += 1;
    if (!state.up) throw new ApiError('network', 'No connection.');
    const outcomes = annotations.map((input) => {
      const known = kept.has(input.key);
      kept.set(input.key, input.itemId);
      return { ...stored(input.key), status: known ? 'already-stored' : 'stored' } as const;
    });
    if (state.loseAnswers > 0) {
      state.loseAnswers -= 1;
      throw new ApiError('network', 'No connection.');
    }
    return { outcomes, status: STATUS };
  };
  return { kept, state, send };
}

function openOutbox(send: SendAnswers, storage: OutboxStorage = new MemoryStorage()) {
  const sent: string[] = [];
  const outbox = new Outbox({
    storage,
    send,
    onChange: () => undefined,
    onSent: (each) => sent.push(each.input.itemId),
    onStatus: () => undefined,
  });
  return { outbox, sent, storage };
}

describe('the outbox', () => {
  it('sends answers in the order they were given and forgets them then', async () => {
    const { kept, send } = server();
    const { outbox, sent, storage } = openOutbox(send);
    for (const name of ['a', 'b', 'c']) await outbox.add(record(name));
    await vi.waitFor(() => expect(outbox.waiting).toHaveLength(0));
    expect(sent).toEqual(['a', 'b', 'c']);
    expect([...kept.values()]).toEqual(['a', 'b', 'c']);
    expect(await storage.list('p', 'u')).toEqual([]);
  });

  it('keeps answers without a connection and sends them when it is back', async () => {
    const { kept, state, send } = server();
    const { outbox, storage } = openOutbox(send);
    state.up = false;
    for (const name of ['a', 'b', 'c']) await outbox.add(record(name));
    await outbox.flush();
    expect(outbox.connection).toBe('offline');
    expect(await storage.list('p', 'u')).toHaveLength(3);
    state.up = true;
    outbox.wake();
    await vi.waitFor(() => expect(kept.size).toBe(3));
    await outbox.flush();
    expect(outbox.connection).toBe('online');
    expect(outbox.waiting).toHaveLength(0);
  });

  it('takes up what a killed tab left behind', async () => {
    const { kept, state, send } = server();
    state.up = false;
    const first = openOutbox(send);
    await first.outbox.add(record('b', 2));
    await first.outbox.add(record('a', 1));
    first.outbox.close();
    state.up = true;
    const second = openOutbox(send, first.storage);
    await second.outbox.load('p', 'u');
    expect(second.outbox.waiting.map((each) => each.input.itemId)).toEqual(['a', 'b']);
    await second.outbox.flush();
    expect([...kept.values()]).toEqual(['a', 'b']);
  });

  it('stores an answer once when the reply is lost on the way', async () => {
    const { kept, state, send } = server();
    const { outbox, sent } = openOutbox(send);
    state.loseAnswers = 1;
    await outbox.add(record('a'));
    await outbox.flush();
    expect(outbox.waiting).toHaveLength(1);
    outbox.wake();
    await vi.waitFor(() => expect(outbox.waiting).toHaveLength(0));
    expect(kept.size).toBe(1);
    expect(sent).toEqual(['a']);
  });

  it('keeps what the server refused, with the reason, and goes on with the rest', async () => {
    const refusing: SendAnswers = async (annotations) => ({
      status: STATUS,
      outcomes: annotations.map((input) =>
        input.itemId === 'b'
          ? {
              ...stored(input.key),
              status: 'refused' as const,
              code: 'annotation.withdrawn',
              detail: 'The item was withdrawn.',
            }
          : stored(input.key),
      ),
    });
    const { outbox, sent } = openOutbox(refusing);
    for (const name of ['a', 'b', 'c']) await outbox.add(record(name));
    await vi.waitFor(() => expect(sent).toEqual(['a', 'c']));
    expect(outbox.refused[0]?.refusal?.detail).toBe('The item was withdrawn.');
    await outbox.forgetRefused();
    expect(outbox.refused).toHaveLength(0);
  });

  it('finds the one answer that makes a whole request bad', async () => {
    const strict: SendAnswers = async (annotations) => {
      if (annotations.some((input) => input.itemId === 'b')) {
        throw new ApiError('request.invalid', 'Some values are not right.', { status: 400 });
      }
      return { status: STATUS, outcomes: annotations.map((input) => stored(input.key)) };
    };
    const storage = new MemoryStorage();
    for (const [at, name] of ['a', 'b', 'c'].entries()) await storage.put(record(name, at));
    const { outbox, sent } = openOutbox(strict, storage);
    await outbox.load('p', 'u');
    await outbox.flush();
    expect(sent).toEqual(['a', 'c']);
    expect(outbox.refused.map((each) => each.input.itemId)).toEqual(['b']);
  });

  it('waits for the person when the session has ended', async () => {
    const { outbox } = openOutbox(async () => {
      throw new ApiError('auth.required', 'Sign in to go on.', { status: 401 });
    });
    await outbox.add(record('a'));
    await outbox.flush();
    expect(outbox.connection).toBe('signed-out');
    expect(outbox.waiting).toHaveLength(1);
  });

  it('gives an answer back as long as it has not left', async () => {
    const { kept, state, send } = server();
    state.up = false;
    const { outbox, storage } = openOutbox(send);
    const answer = record('a');
    await outbox.add(answer);
    await outbox.flush();
    expect(await outbox.take(answer.key)).toEqual(answer);
    expect(await storage.list('p', 'u')).toEqual([]);
    state.up = true;
    await outbox.flush();
    expect(kept.size).toBe(0);
    expect(await outbox.take(answer.key)).toBeNull();
  });
});
