import { createParser } from 'eventsource-parser';
import { type DubioError, isDubioError } from './dubio-error.js';
import type { Calls } from './operation-types.js';
import type { ProjectEvent } from './schema.gen.js';
import { backoffMs, pause } from './transport.js';

export type WatchOptions = {
  /** Go on after this event; what happened since is sent first. */
  readonly lastEventId?: string;
  readonly signal?: AbortSignal;
  /**
   * How long the line may be silent before it counts as dead; 60 s. The API breaks silence sooner.
   */
  readonly silenceMs?: number;
  /** Told when the line breaks and when it is there again. */
  readonly onConnection?: (state: 'open' | 'lost') => void;
};
export type WatchedEvent = { readonly id: string; readonly event: ProjectEvent };

/**
 * Live events of a project, in order, each once; comes back by itself after a broken connection.
 */
export async function* watchProject(
  calls: Pick<Calls, 'projects'>,
  projectId: string,
  options: WatchOptions = {},
): AsyncGenerator<WatchedEvent, void, undefined> {
  let lastEventId = options.lastEventId;
  for (let failures = 0; !options.signal?.aborted; ) {
    const line = new AbortController();
    const hangUp = () => line.abort(options.signal?.reason);
    options.signal?.addEventListener('abort', hangUp, { once: true });
    try {
      const headers = {
        accept: 'text/event-stream',
        ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
      };
      const response = await calls.projects.events({ projectId }, { signal: line.signal, headers });
      options.onConnection?.('open');
      for await (const one of readEvents(response, line, options.silenceMs ?? 60_000)) {
        failures = 0;
        lastEventId = one.id;
        yield one;
      }
    } catch (error) {
      if (options.signal?.aborted) return;
      if (isDubioError(error) && isFinal(error)) throw error;
    } finally {
      options.signal?.removeEventListener('abort', hangUp);
      line.abort();
    }
    if (options.signal?.aborted) return;
    options.onConnection?.('lost');
    await pause(backoffMs(failures), options.signal).catch(() => undefined);
    failures += 1;
  }
}

/** What will not get better by asking again: not signed in, not allowed, not there. */
const isFinal = (error: DubioError): boolean =>
  error.status >= 400 && error.status < 500 && error.status !== 408 && error.status !== 429;

async function* readEvents(
  response: Response,
  line: AbortController,
  silenceMs: number,
): AsyncGenerator<WatchedEvent, void, undefined> {
  const waiting: WatchedEvent[] = [];
  const parser = createParser({
    onEvent: (message) => {
      if (message.id === undefined) return;
      waiting.push({ id: message.id, event: JSON.parse(message.data) as ProjectEvent });
    },
  });
  const reader = response.body?.getReader();
  if (!reader) return;
  const decoder = new TextDecoder();
  try {
    for (;;) {
      const silence = setTimeout(() => line.abort(new Error('The line went silent.')), silenceMs);
      const chunk = await reader.read().finally(() => clearTimeout(silence));
      if (chunk.done) return;
      parser.feed(decoder.decode(chunk.value, { stream: true }));
      yield* waiting.splice(0);
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
