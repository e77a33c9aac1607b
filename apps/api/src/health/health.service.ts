import { readFileSync } from 'node:fs';
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

const probe = async (work: Promise<unknown>): Promise<Part> =>
  work.then(
    () => 'up' as const,
    () => 'down' as const,
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

  async ready() {
    const [database, objects, workers] = await Promise.all([
      probe(execute(this.database.pool, query`SELECT 1`)),
      probe(this.store.head(PROBE_KEY)),
      this.countWorkers().catch(() => 0),
    ]);
    const api: Part = this.stopping ? 'down' : 'up';
    const parts = { api, database, objects, workers: workers > 0 ? 'up' : 'down' } as const;
    const ready = Object.values(parts).every((part) => part === 'up');
    return {
      status: ready ? ('ready' as const) : ('degraded' as const),
      parts,
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
