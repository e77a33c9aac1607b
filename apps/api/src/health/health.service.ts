import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { AppError } from '@dubio/contracts';
import {
  type Database,
  execute,
  getRow,
  type ObjectStore,
  query,
  type RawBuilder,
  row,
  sql,
  table,
} from '@dubio/platform';
import { Inject, Injectable } from '@nestjs/common';
import { DATABASE, OBJECT_STORE } from '../frame/tokens.js';

const w = table('worker_process', 'w');
const PROBE_KEY = 'health/probe';
type Part = 'up' | 'down';

const packageFile = new URL('../../package.json', import.meta.url);

/** What does not answer within this time is away: whoever asks has a limit as well. */
const PROBE_WITHIN_MS = 3000;

const UP: Part = 'up';
const DOWN: Part = 'down';

/** @throws AppError unavailable when the answer is late */
async function within<T>(work: Promise<T>): Promise<T> {
  const limit = new AbortController();
  const late = setTimeout(PROBE_WITHIN_MS, null, { signal: limit.signal }).then(() => {
    throw new AppError('unavailable', 'Away: database.');
  });
  late.catch(() => {});
  try {
    return await Promise.race([work, late]);
  } finally {
    limit.abort();
    work.catch(() => {});
  }
}

const probe = (work: Promise<unknown>): Promise<Part> =>
  within(work).then(
    () => UP,
    () => DOWN,
  );

@Injectable()
export class HealthService {
  private readonly version: string = JSON.parse(readFileSync(packageFile, 'utf8')).version;
  private stopping = false;

  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
  ) {}

  /** From now on nothing new shall be sent here. */
  stop(): void {
    this.stopping = true;
  }

  /** @throws AppError unavailable while nothing can be answered here, naming what is away. */
  async ready() {
    const [database, objects] = await Promise.all([
      probe(execute(this.database.pool, query`SELECT 1`)),
      probe(this.store.head(PROBE_KEY)),
    ]);
    const api: Part = this.stopping ? 'down' : 'up';
    const away = Object.entries({ api, database, objects }).flatMap(([part, state]) =>
      state === 'down' ? [part] : [],
    );
    if (away.length > 0) throw new AppError('unavailable', `Away: ${away.join(', ')}.`);
    const { workers, queue } = await within(this.lookAtWorkers());
    const work = {
      workers: workers > 0 ? UP : DOWN,
      ...(workers > 0 && { queue: queue ? UP : DOWN }),
    };
    return {
      status: workers > 0 && queue ? ('ready' as const) : ('degraded' as const),
      parts: { api, database, objects, ...work },
      workers,
      version: this.version,
    };
  }

  /** Workers with a heartbeat, and whether the queue has answered one of them. */
  private async lookAtWorkers() {
    const recent = (time: RawBuilder<unknown>) => sql`${time} > now() - interval '30 seconds'`;
    return getRow(
      this.database.pool,
      query`SELECT ${row({
        workers: sql<number>`count(*)::int`,
        queue: sql<boolean>`coalesce(bool_or(${recent(w.queue_seen_at)}), false)`,
      })} FROM ${w} WHERE ${recent(w.heartbeat_at)}`,
    );
  }
}
