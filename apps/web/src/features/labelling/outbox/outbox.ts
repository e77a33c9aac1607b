import type { AnnotationOutcome, LabellingStatus } from '@dubio/contracts';
import { Backoff } from '@dubio/contracts/backoff';
import { ApiError } from '@/lib/api/api-error';
import type { AnnotationInput, OutboxRecord } from './outbox-record';
import type { OutboxStorage } from './outbox-storage';

export type SendAnswers = (
  annotations: AnnotationInput[],
) => Promise<{ outcomes: AnnotationOutcome[]; status: LabellingStatus }>;

/**
 * Whether the server is there: `signed-out` waits for the person, `offline` tries again by itself.
 */
export type Connection = 'online' | 'offline' | 'signed-out';

type Options = {
  storage: OutboxStorage;
  send: SendAnswers;
  onChange: () => void;
  onSent: (record: OutboxRecord, outcome: AnnotationOutcome) => void;
  onStatus: (status: LabellingStatus) => void;
};

const BATCH = 50;
const RETRY = { firstMs: 1000, mostMs: 15_000 };

/**
 * Keeps answers until the server has them: in order, each once, whatever happens in between.
 * @see docs/decisions/0053
 */
export class Outbox {
  private records: OutboxRecord[] = [];
  private readonly flying = new Set<string>();
  private flight: Promise<void> | null = null;
  private retry: ReturnType<typeof setTimeout> | null = null;
  private readonly backoff = new Backoff(RETRY);
  private closed = false;
  connection: Connection = 'online';

  constructor(private readonly options: Options) {}

  /** Takes up what an earlier page left behind. */
  async load(projectId: string, userId: string): Promise<void> {
    const found = await this.options.storage.list(projectId, userId);
    const known = new Set(this.records.map((record) => record.key));
    this.records = [...found.filter((record) => !known.has(record.key)), ...this.records];
    this.options.onChange();
  }

  get waiting(): readonly OutboxRecord[] {
    return this.records.filter((record) => record.refusal === null);
  }

  get refused(): readonly OutboxRecord[] {
    return this.records.filter((record) => record.refusal !== null);
  }

  /** Keeps an answer and sends it as soon as that is possible. Resolves once it is kept. */
  async add(record: OutboxRecord): Promise<void> {
    this.records.push(record);
    this.options.onChange();
    await this.options.storage.put(record);
    void this.flush();
  }

  /** Takes an answer out that has not left yet; null when it is on its way or gone. */
  async take(key: string): Promise<OutboxRecord | null> {
    const record = this.waiting.find((each) => each.key === key);
    if (record === undefined || this.flying.has(key)) return null;
    await this.remove(key);
    return record;
  }

  /** The person has seen what was not taken. */
  async forgetRefused(): Promise<void> {
    for (const record of this.refused) await this.remove(record.key);
  }

  /** Sends what waits; calls that come meanwhile join the one under way. */
  flush(): Promise<void> {
    this.flight ??= this.sendAll().finally(() => {
      this.flight = null;
      if (this.connection === 'online' && this.unsent().length > 0) void this.flush();
    });
    return this.flight;
  }

  /** The connection came back, or the person wants it now. */
  wake(): void {
    this.clearRetry();
    this.backoff.reset();
    void this.flush();
  }

  close(): void {
    this.closed = true;
    this.clearRetry();
  }

  private unsent(): OutboxRecord[] {
    if (this.closed) return [];
    return this.waiting.filter((record) => !this.flying.has(record.key));
  }

  private async sendAll(): Promise<void> {
    let batchSize = BATCH;
    for (;;) {
      const batch = this.unsent().slice(0, batchSize);
      if (batch.length === 0) return;
      for (const record of batch) this.flying.add(record.key);
      try {
        const { outcomes, status } = await this.options.send(batch.map((record) => record.input));
        this.setConnection('online');
        this.backoff.reset();
        // What left and what the server counts change in one step, so that no figure jumps back.
        const settled = outcomes.map((outcome) => this.settle(batch, outcome));
        this.options.onStatus(status);
        await Promise.all(settled);
        // An answer nobody spoke about is asked for again, but not in a circle.
        if (outcomes.length < batch.length) return this.comeBackLater();
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (error.status === 401) return this.setConnection('signed-out');
        if (error.passing || error.status === 409) return this.comeBackLater();
        // One bad answer must not hold the others: send them one by one, refuse the bad one.
        if (batch.length > 1) batchSize = 1;
        else await this.refuse(batch[0], error.code, error.detail ?? error.message);
      } finally {
        for (const record of batch) this.flying.delete(record.key);
      }
    }
  }

  private async settle(batch: readonly OutboxRecord[], outcome: AnnotationOutcome): Promise<void> {
    const record = batch.find((each) => each.key === outcome.key);
    if (record === undefined) return;
    if (outcome.status === 'refused') {
      await this.refuse(record, outcome.code, outcome.detail ?? '');
      return;
    }
    const removed = this.remove(record.key);
    this.options.onSent(record, outcome);
    await removed;
  }

  private async refuse(
    record: OutboxRecord | undefined,
    code: string | null,
    detail: string,
  ): Promise<void> {
    if (record === undefined) return;
    const refused: OutboxRecord = { ...record, refusal: { code, detail } };
    this.records = this.records.map((each) => (each.key === record.key ? refused : each));
    this.options.onChange();
    await this.options.storage.put(refused);
  }

  private async remove(key: string): Promise<void> {
    this.records = this.records.filter((record) => record.key !== key);
    this.options.onChange();
    await this.options.storage.remove(key);
  }

  private comeBackLater(): void {
    this.setConnection('offline');
    if (this.closed) return;
    this.clearRetry();
    this.retry = setTimeout(() => void this.flush(), this.backoff.next());
  }

  private setConnection(connection: Connection): void {
    if (this.connection === connection) return;
    this.connection = connection;
    this.options.onChange();
  }

  private clearRetry(): void {
    if (this.retry !== null) clearTimeout(this.retry);
    this.retry = null;
  }
}
