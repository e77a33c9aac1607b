import { RUNNING_STATES } from '@dubio/contracts';
import { type Database, listRows, query, row, sql, table } from '@dubio/platform';

const l = table('lease', 'l');
const p = table('project', 'p');
const r = table('round', 'r');
const s = table('shard_score', 's');
const m = table('round_member', 'm');

/** Items that more people hold at this time than the project asks. */
export async function findDoubleLeases(
  db: Database,
  projectIds: readonly string[],
): Promise<string[]> {
  const rows = await listRows(
    db.pool,
    query`SELECT ${row({ itemId: l.item_id })} FROM ${l} JOIN ${p} ON ${p.id} = ${l.project_id}
      WHERE ${l.project_id} = ANY(${projectIds}::uuid[]) AND ${l.ended_at} IS NULL
      GROUP BY ${l.item_id}, ${p.id}
      HAVING count(DISTINCT ${l.user_id}) > (${p.policies}->>'overlap')::int`,
  );
  return rows.map(({ itemId }) => itemId);
}

/** A round that has not ended, and all that changes while somebody works on it. */
export type RunningRound = { readonly id: string; readonly signs: string };

export async function listRunningRounds(
  db: Database,
  projectIds: readonly string[],
): Promise<RunningRound[]> {
  const states = sql.join(RUNNING_STATES.map((state) => sql`${state}`));
  return listRows(
    db.pool,
    query`SELECT ${row({
      id: r.id,
      signs: sql<string>`concat_ws(' ', ${r.state}, ${r.heartbeat_at},
        (SELECT max(${s.heartbeat_at}) FROM ${s} WHERE ${s.round_id} = ${r.id}),
        (SELECT max(${m.heartbeat_at}) FROM ${m} WHERE ${m.round_id} = ${r.id}))`,
    })} FROM ${r}
      WHERE ${r.project_id} = ANY(${projectIds}::uuid[]) AND ${r.state} IN (${states})`,
  );
}

/** How long rounds show no sign of life while the product could work on them. */
export class StillRounds {
  private readonly seen = new Map<string, { signs: string; stillMs: number }>();
  private lookedAt: number | null = null;
  /** Milliseconds of the longest stillness of each round so far. */
  readonly longest = new Map<string, number>();

  /** A look at the rounds; the time before it counts only behind another look. */
  look(rounds: readonly RunningRound[], nowMs: number): void {
    const passed = this.lookedAt === null ? 0 : nowMs - this.lookedAt;
    this.lookedAt = nowMs;
    const running = new Set(rounds.map(({ id }) => id));
    for (const id of this.seen.keys()) if (!running.has(id)) this.seen.delete(id);
    for (const { id, signs } of rounds) {
      const before = this.seen.get(id);
      const stillMs = before?.signs === signs ? before.stillMs + passed : 0;
      this.seen.set(id, { signs, stillMs });
      this.longest.set(id, Math.max(this.longest.get(id) ?? 0, stillMs));
    }
  }

  /** The database did not answer, or may not: what passes until the next look counts for nothing. */
  pause(): void {
    this.lookedAt = null;
  }

  stuck(limitMs: number): string[] {
    return [...this.longest].filter(([, stillMs]) => stillMs > limitMs).map(([id]) => id);
  }
}
