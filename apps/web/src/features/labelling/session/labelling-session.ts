import type { Answer, LabellingStatus, LeasedItem } from '@dubio/contracts';
import { ApiError } from '@/lib/api/api-error';
import { newUuid } from '@/lib/uuid';
import { ImageCache } from '../images/image-cache';
import { Outbox } from '../outbox/outbox';
import type { AnnotationInput, OutboxRecord, SkipReason } from '../outbox/outbox-record';
import type { OutboxStorage } from '../outbox/outbox-storage';
import { AHEAD, advance, dropLost, heldItems, putBack } from '../queue/lease-queue';
import { entriesOf, entryOf, HISTORY_LENGTH, type HistoryEntry } from './history';
import type { LabellingApi } from './labelling-api';
import { LeaseSupply } from './lease-supply';
import { INITIAL_STATE, type LabellingState } from './state';
import { withWaiting } from './with-waiting';

const SHOWN_HISTORY = 10;
const STATUS_GATHER_MS = 1500;

type Options = {
  projectId: string;
  userId: string;
  api: LabellingApi;
  storage: OutboxStorage;
  durable: boolean;
  leaseSeconds: number;
};

/**
 * One person labelling one project in one tab. Keeps the item in front, the items ahead and the
 * answers on their way, and tells the page about every change. Nothing here waits for the server
 * between a key and the next item.
 */
export class LabellingSession {
  private state: LabellingState = INITIAL_STATE;
  private readonly listeners = new Set<() => void>();
  private readonly outbox: Outbox;
  private readonly images: ImageCache;
  private readonly supply: LeaseSupply;
  private shownAt = performance.now();
  private statusTimer: ReturnType<typeof setTimeout> | null = null;
  private heartbeat: ReturnType<typeof setInterval> | null = null;
  private active = false;

  constructor(private readonly options: Options) {
    this.state = { ...INITIAL_STATE, durable: options.durable };
    this.images = new ImageCache(() => this.set({}));
    this.outbox = new Outbox({
      storage: options.storage,
      send: options.api.send,
      onChange: () => this.set({}),
      onSent: (record, outcome) => this.markSent(record, outcome.annotation?.id ?? null),
      onStatus: (status) => this.takeStatus(status),
    });
    this.supply = new LeaseSupply({
      api: options.api,
      queue: () => this.state.queue,
      waiting: () => this.outbox.waiting.map((record) => record.leased),
      onLeases: (queue, status) => {
        this.set({ queue, asked: true, error: null, phase: 'labelling' });
        this.takeStatus(status);
      },
      onNewOrder: (newOrder) => this.set({ newOrder }),
      onFailure: (error) => this.fail(error),
    });
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  getState = (): LabellingState => this.state;

  /** Takes up what was left, asks for items, begins the heartbeat. */
  async start(): Promise<void> {
    this.active = true;
    this.set({ phase: 'starting' });
    await this.outbox.load(this.options.projectId, this.options.userId);
    if (!this.active) return;
    this.set({
      history: this.outbox.waiting
        .filter(isAnswer)
        .map((r) => entryOf(r, false))
        .reverse(),
    });
    this.heartbeat ??= setInterval(() => void this.renew(), (this.options.leaseSeconds * 1000) / 3);
    await this.outbox.flush();
    this.supply.start();
    void this.loadHistory();
  }

  /** Stops asking and sending; what waits stays in the storage. */
  stop(phase: 'starting' | 'elsewhere'): void {
    this.active = false;
    this.supply.stop();
    if (this.heartbeat !== null) clearInterval(this.heartbeat);
    if (this.statusTimer !== null) clearTimeout(this.statusTimer);
    this.heartbeat = null;
    this.statusTimer = null;
    this.outbox.close();
    this.images.clear();
    this.set({ phase });
  }

  /** Gives unanswered items back, when the page goes away. */
  giveBack(): void {
    const held = heldItems(this.state.queue);
    if (held.length > 0) this.options.api.release(held).catch(() => undefined);
  }

  answer(answer: Answer): void {
    this.finish({ kind: 'answer', answer });
  }

  skip(reason: SkipReason): void {
    this.finish({ kind: 'skip', reason });
  }

  toggleFlag(): void {
    if (this.state.queue.front !== null) this.set({ flagged: !this.state.flagged });
  }

  setNote(note: string): void {
    this.set({ note: note.trim() });
  }

  /** Takes the last answer back: from the outbox when it has not left, else from the server. */
  async undo(): Promise<void> {
    const last = this.state.history.find((entry) => entry.state !== 'refused');
    if (last === undefined || this.state.undoing) return;
    const record = last.state === 'waiting' ? await this.outbox.take(last.key) : null;
    if (record !== null) {
      this.comeBack(last, record.leased);
      return;
    }
    this.set({ undoing: true });
    try {
      if (last.state === 'waiting') await this.outbox.flush();
      const known = this.state.history.find((entry) => entry.key === last.key);
      if (known?.annotationId == null) return;
      const { leased, status } = await this.options.api.undo(newUuid(), known.annotationId);
      if (leased !== null) this.comeBack(known, leased);
      this.takeStatus(status);
    } finally {
      this.set({ undoing: false });
    }
  }

  /** Brings back items that the person skipped, as many as are loaded ahead. */
  async showSkipped(): Promise<void> {
    if (this.state.undoing) return;
    this.set({ undoing: true });
    try {
      const { items } = await this.options.api.skipped();
      for (const { id } of items.slice(0, AHEAD).reverse()) {
        const { leased, status } = await this.options.api.undo(newUuid(), id);
        const history = this.state.history.filter((each) => each.annotationId !== id);
        this.set({
          history,
          ...(leased === null ? {} : { queue: putBack(this.state.queue, leased) }),
        });
        this.takeStatus(status);
      }
    } finally {
      this.set({ undoing: false });
    }
  }

  dismissNewOrder(): void {
    this.set({ newOrder: null });
  }

  forgetRefused(): void {
    void this.outbox.forgetRefused();
  }

  retryImage(): void {
    this.images.retryFailed(heldItems(this.state.queue).map((each) => each.item));
  }

  /** The connection came back, or the person wants to try now. */
  wake(): void {
    if (!this.active) return;
    this.outbox.wake();
    this.supply.wake();
    this.retryImage();
  }

  /** A round published a new queue. */
  published(generation: number): void {
    if (this.active) this.supply.heardOf(generation);
  }

  /** Labels changed, here or elsewhere: progress is asked for again, once for many. */
  progressChanged(): void {
    if (!this.active) return;
    this.statusTimer ??= setTimeout(() => {
      this.statusTimer = null;
      this.options.api.status().then(
        (status) => this.takeStatus(status),
        () => undefined,
      );
    }, STATUS_GATHER_MS);
  }

  private finish(said: Pick<AnnotationInput, 'kind' | 'answer' | 'reason'>): void {
    const { queue, flagged, note, history } = this.state;
    const leased = queue.front;
    if (leased === null || this.state.phase !== 'labelling') return;
    const durationMs = Math.min(86_400_000, Math.round(performance.now() - this.shownAt));
    const record = this.record(leased, {
      ...said,
      durationMs,
      ...(note === '' ? {} : { note }),
    });
    const entry = entryOf(record, flagged);
    this.set({
      queue: advance(queue),
      flagged: false,
      note: '',
      history: [entry, ...history].slice(0, HISTORY_LENGTH),
    });
    void this.outbox.add(record);
    if (flagged) void this.outbox.add(this.record(leased, { kind: 'flag', durationMs }));
    this.supply.refill();
  }

  private record(
    leased: LeasedItem,
    said: Omit<AnnotationInput, 'key' | 'itemId' | 'leaseId'>,
  ): OutboxRecord {
    const key = newUuid();
    const { projectId, userId } = this.options;
    const input: AnnotationInput = {
      key,
      itemId: leased.item.id,
      leaseId: said.kind === 'flag' ? null : leased.leaseId,
      ...said,
    };
    return { key, projectId, userId, input, leased, createdAt: Date.now(), refusal: null };
  }

  private comeBack(entry: HistoryEntry, leased: LeasedItem): void {
    const history = this.state.history.filter((each) => each.key !== entry.key);
    this.set({ history, queue: putBack(this.state.queue, leased), flagged: entry.flagged });
  }

  private markSent(record: OutboxRecord, annotationId: string | null): void {
    const history = this.state.history.map((entry) =>
      entry.key === record.key ? { ...entry, state: 'sent' as const, annotationId } : entry,
    );
    this.set({ history });
  }

  private async loadHistory(): Promise<void> {
    const mine = await this.options.api.mine().catch(() => null);
    if (mine === null || !this.active) return;
    const here = this.state.history;
    const known = new Set(here.flatMap((entry) => [entry.key, entry.annotationId]));
    const back = new Set(heldItems(this.state.queue).map((each) => each.item.id));
    const older = entriesOf(mine.items).filter((e) => !known.has(e.key) && !back.has(e.item.id));
    this.set({ history: [...here, ...older].slice(0, HISTORY_LENGTH) });
  }

  private async renew(): Promise<void> {
    const held = heldItems(this.state.queue);
    if (held.length === 0) return;
    const answer = await this.options.api.renew(held).catch(() => null);
    if (answer === null || answer.lost.length === 0) return;
    this.set({ queue: dropLost(this.state.queue, answer.lost) });
    this.supply.refill();
  }

  private takeStatus(status: LabellingStatus): void {
    this.set({ status });
    this.supply.heardOf(status.generation);
  }

  private fail(error: unknown): void {
    if (error instanceof ApiError && error.passing) this.set({});
    else if (this.state.queue.front === null) this.set({ phase: 'failed', error });
  }

  /** Derives what follows from the rest, so that no two parts of the state can disagree. */
  private set(change: Partial<LabellingState>): void {
    const before = this.state.queue.front?.item.id;
    const next = { ...this.state, ...change };
    const front = next.queue.front;
    if (front?.item.id !== before) this.shownAt = performance.now();
    if (this.active) {
      const shown = next.history.slice(0, SHOWN_HISTORY).map((entry) => entry.item);
      this.images.keep([...heldItems(next.queue).map((each) => each.item), ...shown]);
    }
    const refused = this.outbox.refused;
    const refusedKeys = new Set(refused.map((record) => record.key));
    this.state = {
      ...next,
      image: front === null ? { state: 'none' } : this.images.get(front.item),
      readyAhead: next.queue.ahead.filter((each) => this.images.isReady(each.item)).length,
      waiting: this.outbox.waiting.filter(isAnswer).length,
      progress: next.status === null ? null : withWaiting(next.status, this.outbox.waiting),
      refused,
      connection:
        this.outbox.connection === 'online' && !this.supply.online
          ? 'offline'
          : this.outbox.connection,
      history: next.history.map((entry) =>
        refusedKeys.has(entry.key) && entry.state !== 'refused'
          ? { ...entry, state: 'refused' as const }
          : entry,
      ),
    };
    for (const listener of this.listeners) listener();
  }
}

function isAnswer(record: OutboxRecord): boolean {
  return record.input.kind !== 'flag';
}
