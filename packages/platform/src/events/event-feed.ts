import type { ProjectEvent } from '@dubio/contracts';
import { Backoff } from '@dubio/contracts/backoff';
import type { Logger } from '../config/logger.js';
import type { Database } from '../database/database.js';
import { listenToChannel, type Notifications } from '../database/notifications.js';
import {
  type EventCursor,
  formatCursor,
  hasEventsAboveHorizon,
  parseCursor,
  readEvents,
  readHorizon,
  readMissedEvents,
  type StoredEvent,
} from './event-cursor.js';
import { EVENT_CHANNEL } from './publish-event.js';

export type EventListener = (entry: { id: string; event: ProjectEvent }) => void;

export type EventFeed = {
  /**
   * Calls the listener with each event of the project, once and in one order for everybody: from
   * the one after `afterId`, or from now on when it is null. Resolves when the listener is
   * connected; call the result to leave.
   */
  subscribe(
    projectId: string,
    afterId: string | null,
    listener: EventListener,
  ): Promise<() => void>;
  close(): Promise<void>;
};

const POLL_MS = 2000;
/**
 * How soon to look again while an older transaction holds the horizon back: at once, then less and
 * less often.
 */
const HELD_BACK = { firstMs: 20, mostMs: 320 };

/** Reads the outbox once for the whole process and fans out in memory; one listening connection. */
class OutboxFeed implements EventFeed {
  readonly #database: Database;
  readonly #logger: Logger | undefined;
  readonly #listeners = new Map<string, Set<EventListener>>();
  #cursor: EventCursor | null = null;
  #notifications: Notifications | null = null;
  #timer: NodeJS.Timeout | undefined;
  #again: NodeJS.Timeout | undefined;
  /** Reading and joining take turns, so that nobody joins in the middle of a page. */
  #turn: Promise<void> = Promise.resolve();
  readonly #heldBack = new Backoff(HELD_BACK);
  #reading = false;
  #wanted = false;
  #closed = false;

  constructor(database: Database, url: string, logger: Logger | undefined) {
    this.#database = database;
    this.#logger = logger;
    this.#notifications = listenToChannel(url, EVENT_CHANNEL, {
      onNotification: (projectId) => {
        if (projectId === null || this.#listeners.has(projectId)) this.#wake();
      },
      onError: (error) => this.#logger?.warn({ err: error }, 'lost the event connection'),
    });
    this.#timer = setInterval(() => this.#wake(), POLL_MS);
    this.#timer.unref();
  }

  async subscribe(projectId: string, afterId: string | null, listener: EventListener) {
    if (this.#closed) throw new Error('The event feed is closed.');
    await this.#takeTurn(async () => {
      // Nobody was listening: begin at now instead of reading what nobody asked for.
      if (this.#cursor === null || this.#listeners.size === 0) {
        this.#cursor = await readHorizon(this.#database.pool);
      }
      const after = afterId === null ? null : parseCursor(afterId);
      if (after !== null) await this.#replay(projectId, { after, upTo: this.#cursor }, listener);
      const listeners = this.#listeners.get(projectId) ?? new Set();
      this.#listeners.set(projectId, listeners.add(listener));
    });
    this.#wake();
    return () => this.#leave(projectId, listener);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    clearTimeout(this.#again);
    this.#listeners.clear();
    await this.#notifications?.close();
    await this.#turn;
  }

  #leave(projectId: string, listener: EventListener): void {
    const listeners = this.#listeners.get(projectId);
    listeners?.delete(listener);
    if (listeners?.size === 0) this.#listeners.delete(projectId);
  }

  #takeTurn(work: () => Promise<void>): Promise<void> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => {});
    return mine;
  }

  async #replay(
    projectId: string,
    range: { after: EventCursor; upTo: EventCursor },
    listener: EventListener,
  ): Promise<void> {
    let after = range.after;
    for (;;) {
      const page = await readMissedEvents(this.#database.pool, projectId, { ...range, after });
      for (const entry of page.events) this.#tell(listener, entry);
      if (!page.full) return;
      after = page.next;
    }
  }

  #wake(): void {
    this.#wanted = true;
    if (this.#reading || this.#closed || this.#listeners.size === 0) return;
    this.#reading = true;
    this.#takeTurn(() => this.#readAll())
      .catch((error: unknown) =>
        this.#logger?.warn({ err: error }, 'events could not be read; trying again'),
      )
      .finally(() => {
        this.#reading = false;
      });
  }

  async #readAll(): Promise<void> {
    while (this.#wanted && !this.#closed) {
      this.#wanted = false;
      let full = true;
      while (full && this.#cursor !== null && !this.#closed) {
        const page = await readEvents(this.#database.pool, this.#cursor);
        for (const entry of page.events) this.#fanOut(entry);
        if (page.events.length > 0) this.#heldBack.reset();
        this.#cursor = page.next;
        full = page.full;
      }
    }
    if (!this.#closed && (await hasEventsAboveHorizon(this.#database.pool))) {
      clearTimeout(this.#again);
      this.#again = setTimeout(() => this.#wake(), this.#heldBack.next());
    }
  }

  #fanOut(entry: StoredEvent): void {
    for (const listener of this.#listeners.get(entry.projectId) ?? []) this.#tell(listener, entry);
  }

  #tell(listener: EventListener, entry: StoredEvent): void {
    try {
      listener({ id: formatCursor(entry.cursor), event: entry.event });
    } catch (error) {
      this.#logger?.error({ err: error }, 'a listener of events failed');
    }
  }
}

/** @see docs/decisions/0003 */
export function createEventFeed(database: Database, options: { logger?: Logger } = {}): EventFeed {
  return new OutboxFeed(database, database.url, options.logger);
}
