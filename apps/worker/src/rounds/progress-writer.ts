import { RoundId, type RoundProgress, type RoundState } from '@dubio/contracts';
import { db, execute, publishEvent, type Queryable } from '@dubio/platform';
import type { Services } from '../services.js';
import type { RoundRow } from './round.repository.js';

const LEAST_GAP_MS = 250;

export const emptyProgress = (message: string): RoundProgress => ({
  fraction: 0,
  message,
  epoch: null,
  loss: null,
  shards: [],
  shardRows: null,
  itemsPerSecond: null,
  secondsLeft: null,
  workers: 1,
});

/**
 * Writes progress to the row and tells those who watch, at most four times per second, the newest
 * always.
 */
export class ProgressWriter {
  private pending: RoundProgress | null = null;
  private timer: NodeJS.Timeout | null = null;
  private writing: Promise<void> = Promise.resolve();
  private lastMs = 0;

  constructor(
    private readonly services: Services,
    private readonly round: RoundRow,
    private readonly state: RoundState,
    private readonly token: string | null,
  ) {}

  update(progress: RoundProgress): void {
    this.pending = progress;
    if (this.timer !== null) return;
    const waitMs = Math.max(0, this.lastMs + LEAST_GAP_MS - Date.now());
    this.timer = setTimeout(() => this.flush(), waitMs);
  }

  /**
   * Waits until nothing is being written; what is pending is dropped, as the stage has moved on.
   */
  async close(): Promise<void> {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.pending = null;
    await this.writing;
  }

  private flush(): void {
    this.timer = null;
    const progress = this.pending;
    this.pending = null;
    if (progress === null) return;
    this.lastMs = Date.now();
    this.writing = this.writing
      .then(() => writeProgress(this.services, this.round, progress, this))
      .catch((error: unknown) => {
        this.services.logger.warn({ err: error }, 'progress could not be written');
      });
  }

  get guard(): { state: RoundState; token: string | null } {
    return { state: this.state, token: this.token };
  }
}

async function writeProgress(
  services: Services,
  round: RoundRow,
  progress: RoundProgress,
  { guard }: ProgressWriter,
): Promise<void> {
  await services.database.transaction(async (tx) => {
    const { state, token } = guard;
    const update = db
      .updateTable('round')
      .set({ progress: JSON.stringify(progress) })
      .where('id', '=', round.id)
      .where('state', '=', state);
    const held = token === null ? update : update.where('claim_token', '=', token);
    if ((await execute(tx, held)) === 1) await publishProgress(tx, round, state, progress);
  });
}

export async function publishProgress(
  tx: Queryable,
  round: RoundRow,
  state: RoundState,
  progress: RoundProgress,
): Promise<void> {
  await publishEvent(tx, round.projectId, {
    type: 'round.progress',
    roundId: RoundId.parse(round.id),
    number: round.number,
    state,
    progress,
  });
}
