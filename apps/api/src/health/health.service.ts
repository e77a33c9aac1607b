import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { AppError } from '@dubio/contracts';
import {
  type Database,
  execute,
  getRow,
  type ObjectStore,
  query,
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

const probe = async (work: Promise<unknown>): Promise<Part> => {
  const limit = new AbortController();
  const late = setTimeout(PROBE_WITHIN_MS, 'down' as const, { signal: limit.signal });
  const answered = work.then(
    () => 'up' as const,
    () => 'down' as const,
  );
  try {
    return await Promise.race([answered, late]);
  } finally {
    limit.abort();
    late.catch(() => {});
  }
};

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
    const workers = await this.countWorkers();
    return {
      status: workers > 0 ? ('ready' as const) : ('degraded' as const),
      parts: { api, database, objects, workers: workers > 0 ? ('up' as const) : ('down' as const) },
      workers,
      version: this.version,
    };
  }

  private async countWorkers(): Promise<number> {
    const { alive } = await getRow(
      this.database.pool,
      query`SELECT ${row({ alive: sql<number>`count(*)::int` })} FROM ${w}
        WHERE ${w.heartbeat_at} > now() - interval '30 seconds'`,
    );
    return alive;
  }
}
