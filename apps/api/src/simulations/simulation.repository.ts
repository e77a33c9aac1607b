import type { SimulationSpec } from '@dubio/contracts';
import {
  type Database,
  db,
  execute,
  findRow,
  getRow,
  jsonObject,
  listRows,
  newId,
  type Queryable,
  query,
  row,
  type ShapeOf,
  sql,
  table,
} from '@dubio/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { isBefore } from '../frame/keyset.js';
import { DATABASE } from '../frame/tokens.js';

const s = table('simulation', 's');
const p = table('project', 'p');
const r = table('replay', 'r');
const replay = table('replay');
const label = table('label', 'l');

const REPLAY = jsonObject({
  rule: r.rule,
  seed: r.seed,
  state: r.state,
  fraction: r.fraction,
  error: r.error,
  points: r.points,
  scoringSeconds: r.scoring_seconds,
});

const SIMULATION = row({
  id: s.id,
  state: s.state,
  spec: s.spec,
  labelSchema: p.label_schema,
  createdAt: s.created_at,
  finishedAt: s.finished_at,
  ageSeconds: sql<number>`extract(epoch FROM now() - ${s.created_at})::float8`,
  replays: sql<unknown[]>`coalesce((SELECT json_agg(${REPLAY} ORDER BY ${r.rule}, ${r.seed})
    FROM ${r} WHERE ${r.simulation_id} = ${s.id}), '[]')`,
});
const SIMULATIONS = sql`${s} JOIN ${p} ON ${p.id} = ${s.project_id}`;

export type SimulationRow = ShapeOf<typeof SIMULATION>;

const REPLAY_KEY = ['rule', 'seed', 'attempts'] as const;
export type ReplayKey = { rule: string; seed: number; attempts: number };
export type Known = { labelSchema: unknown; hasTruth: boolean; answers: number };

@Injectable()
export class SimulationRepository {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    return this.database.transaction(work);
  }

  list(
    projectId: string,
    page: { before: readonly [string, string] | null; limit: number },
  ): Promise<SimulationRow[]> {
    return listRows(
      this.database.pool,
      query`SELECT ${SIMULATION} FROM ${SIMULATIONS}
        WHERE ${s.project_id} = ${projectId} AND ${isBefore(s.created_at, s.id, page.before)}
        ORDER BY ${s.created_at} DESC, ${s.id} DESC LIMIT ${page.limit + 1}`,
    );
  }

  find(projectId: string, id: string): Promise<SimulationRow | null> {
    return findRow(
      this.database.pool,
      query`SELECT ${SIMULATION} FROM ${SIMULATIONS}
        WHERE ${s.project_id} = ${projectId} AND ${s.id} = ${id}`,
    );
  }

  /** How many answers a replay could look up. */
  readKnown(tx: Queryable, projectId: string): Promise<Known> {
    const known = row({
      labelSchema: p.label_schema,
      hasTruth: sql<boolean>`${p.truth_key} IS NOT NULL`,
      answers: sql<number>`(SELECT count(*)::int FROM ${label}
        WHERE ${label.project_id} = ${p.id})`,
    });
    return getRow(tx, query`SELECT ${known} FROM ${p} WHERE ${p.id} = ${projectId}`);
  }

  async insert(
    tx: Queryable,
    projectId: string,
    spec: z.output<typeof SimulationSpec>,
  ): Promise<string> {
    const id = newId();
    await execute(
      tx,
      db.insertInto('simulation').values({ id, project_id: projectId, spec: JSON.stringify(spec) }),
    );
    await execute(
      tx,
      query`INSERT INTO ${replay} (${replay.simulation_id}, ${replay.project_id}, ${replay.rule},
          ${replay.seed}, ${replay.chosen})
        SELECT ${id}, ${projectId}, rule, seed, '{}'
        FROM unnest(${[...new Set(spec.rules)]}::text[]) AS rule,
          generate_series(1, ${spec.seeds}::int) AS seed`,
    );
    return id;
  }

  /** The state of a simulation, locked; null when there is none. */
  async lock(tx: Queryable, projectId: string, id: string): Promise<string | null> {
    const simulation = await findRow(
      tx,
      db
        .selectFrom('simulation')
        .select('state')
        .where('project_id', '=', projectId)
        .where('id', '=', id)
        .forUpdate(),
    );
    return simulation?.state ?? null;
  }

  async cancel(tx: Queryable, id: string): Promise<void> {
    await execute(
      tx,
      db
        .updateTable('replay')
        .set({ state: 'cancelled', claim_token: null })
        .where('simulation_id', '=', id)
        .where('state', 'in', ['waiting', 'running']),
    );
    await execute(
      tx,
      db
        .updateTable('simulation')
        .set({ state: 'cancelled', abort_requested: true, finished_at: sql`now()` })
        .where('id', '=', id),
    );
  }

  /** Puts replays that did not end well back to waiting; answers which, with their tries so far. */
  async reopen(tx: Queryable, id: string): Promise<ReplayKey[]> {
    const reopened = await listRows(
      tx,
      db
        .updateTable('replay')
        .set({ state: 'waiting', error: null, claim_token: null })
        .where('simulation_id', '=', id)
        .where('state', 'in', ['failed', 'cancelled'])
        .returning(REPLAY_KEY),
    );
    if (reopened.length > 0) {
      await execute(
        tx,
        db
          .updateTable('simulation')
          .set({ state: 'queued', abort_requested: false, finished_at: null })
          .where('id', '=', id),
      );
    }
    return reopened;
  }

  listReplays(tx: Queryable, id: string): Promise<ReplayKey[]> {
    return listRows(
      tx,
      db
        .selectFrom('replay')
        .select(REPLAY_KEY)
        .where('simulation_id', '=', id)
        .orderBy('seed')
        .orderBy('rule'),
    );
  }
}
