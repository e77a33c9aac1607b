import type { LabellingStatus, LeasedItem } from '@dubio/contracts';
import { Backoff } from '@dubio/contracts/backoff';
import { ApiError } from '@/lib/api/api-error';
import { AHEAD, heldItems, type LeaseQueue, receive, reorder } from '../queue/lease-queue';
import type { LabellingApi } from './labelling-api';
import type { NewOrder } from './state';

type Options = {
  api: Pick<LabellingApi, 'lease' | 'release'>;
  queue: () => LeaseQueue;
  /** Items whose answers have not reached the server: it still thinks they are being looked at. */
  waiting: () => readonly LeasedItem[];
  onLeases: (queue: LeaseQueue, status: LabellingStatus) => void;
  onNewOrder: (order: NewOrder) => void;
  onFailure: (error: unknown) => void;
};

/** New items are asked for when so few are left ahead. */
const LOW_WATER = AHEAD - 2;
const EMPTY_AGAIN_MS = 4000;
const RETRY = { firstMs: 1000, mostMs: 15_000 };
const MOST = 50;

/** Keeps ten items ahead of the person, and their order as new as the newest round. */
export class LeaseSupply {
  private running = false;
  private busy = false;
  private again = false;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private readonly backoff = new Backoff(RETRY);
  /** The queue that the items ahead were taken from, and the newest one heard of. */
  private generation: number | null = null;
  private newest: number | null = null;
  online = true;

  constructor(private readonly options: Options) {}

  start(): void {
    this.running = true;
    void this.ask();
  }

  stop(): void {
    this.running = false;
    this.clearTimer();
  }

  wake(): void {
    this.backoff.reset();
    void this.ask();
  }

  refill(): void {
    const { front, ahead } = this.options.queue();
    if (front === null || ahead.length <= LOW_WATER) void this.ask();
  }

  /** A queue was heard of; when it is newer than what is held, the items ahead are exchanged. */
  heardOf(generation: number): void {
    this.newest = Math.max(this.newest ?? generation, generation);
    if (this.isBehind()) void this.ask();
  }

  private isBehind(): boolean {
    return this.generation !== null && this.newest !== null && this.newest !== this.generation;
  }

  private async ask(): Promise<void> {
    if (!this.running) return;
    if (this.busy) {
      this.again = true;
      return;
    }
    this.busy = true;
    this.clearTimer();
    try {
      if (this.isBehind() && this.options.queue().front !== null) await this.askNewOrder();
      else await this.askMore();
      this.online = true;
      this.backoff.reset();
      if (this.options.queue().front === null) this.later(EMPTY_AGAIN_MS);
    } catch (error) {
      this.online = !(error instanceof ApiError && error.passing);
      this.options.onFailure(error);
      if (!this.online) this.later(this.backoff.next());
    } finally {
      this.busy = false;
      const again = this.again;
      this.again = false;
      if (again && this.online) void this.ask();
    }
  }

  private async askMore(): Promise<void> {
    const { held, unsent, count } = this.wanted();
    const { leased, status } = await this.options.api.lease(count, [...held, ...unsent]);
    const except = this.except(held, unsent);
    if (held.length === 0) this.generation = status.generation;
    this.options.onLeases(receive(this.options.queue(), leased, except), status);
  }

  private async askNewOrder(): Promise<void> {
    const released = this.options.queue().ahead;
    if (released.length > 0) await this.options.api.release(released);
    const { unsent, count } = this.wanted();
    const front = this.options.queue().front;
    const kept = front === null ? [] : [front];
    const { leased, status } = await this.options.api.lease(count, [...kept, ...unsent]);
    this.generation = status.generation;
    this.newest = status.generation;
    const next = reorder(this.options.queue(), leased, this.except(kept, unsent));
    this.options.onLeases(next.queue, status);
    if (status.roundNumber !== null && next.changed > 0) {
      this.options.onNewOrder({ round: status.roundNumber, changed: next.changed, of: next.of });
    }
  }

  private wanted() {
    const held = heldItems(this.options.queue());
    const unsent = this.options.waiting();
    return { held, unsent, count: Math.min(MOST, AHEAD + 1 + unsent.length) };
  }

  /** What was held or on its way when we asked may have been answered meanwhile: not again. */
  private except(held: readonly LeasedItem[], unsent: readonly LeasedItem[]): ReadonlySet<string> {
    const now = new Set(heldItems(this.options.queue()).map((each) => each.item.id));
    const answered = [...held, ...unsent, ...this.options.waiting()].filter(
      (each) => !now.has(each.item.id),
    );
    return new Set(answered.map((each) => each.item.id));
  }

  private later(ms: number): void {
    this.clearTimer();
    if (this.running) this.timer = setTimeout(() => void this.ask(), ms);
  }

  private clearTimer(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }
}
