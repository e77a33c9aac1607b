import type { SimulationSpec } from '@dubio/contracts';
import { type Database, newId, type Queryable } from '@dubio/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { DATABASE } from '../frame/tokens.js';
import type { SimulationRow } from './simulation.mapper.js';

export type Known = { labelSchema: unknown; hasTruth: boolean; answers: number };
export type ReplayKey = { rule: string; seed: number; attempts: number };

const SELECT = `SELECT s.id, s.state, s.spec, p.label_schema AS "labelSchema",
    s.created_at AS "createdAt", s.finished_at AS "finishedAt",
    extract(epoch FROM now() - s.created_at)::float8 AS "ageSeconds",
    coalesce((SELECT json_agg(json_build_object('rule', r.rule, 'seed', r.seed, 'state', r.state,
        'fraction', r.fraction, 'error', r.error, 'points', r.points,
        'scoringSeconds', r.scoring_seconds) ORDER BY r.rule, r.seed)
      FROM replay r WHERE r.simulation_id = s.id), '[]') AS replays
  FROM simulation s JOIN project p ON p.id = s.project_id`;

@Injectable()
export class SimulationRepository {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    return this.database.transaction(work);
  }

  async list(
    projectId: string,
    page: { before: readonly [string, string] | null; limit: number },
  ): Promise<SimulationRow[]> {
    const { rows } = await this.database.pool.query<SimulationRow>(
      `${SELECT} WHERE s.project_id = $1
         AND ($2::timestamptz IS NULL OR (s.created_at, s.id) < ($2, $3::uuid))
       ORDER BY s.created_at DESC, s.id DESC LIMIT $4`,
      [projectId, page.before?.[0] ?? null, page.before?.[1] ?? null, page.limit + 1],
    );
    return rows;
  }

  async find(projectId: string, id: string): Promise<SimulationRow | null> {
    const { rows } = await this.database.pool.query<SimulationRow>(
      `${SELECT} WHERE s.project_id = $1 AND s.id = $2`,
      [projectId, id],
    );
    return rows[0] ?? null;
  }

  /** How many answers a replay could look up. */
  async readKnown(tx: Queryable, projectId: string): Promise<Known> {
    const { rows } = await tx.query<Known>(
      `SELECT p.label_schema AS "labelSchema", p.truth_key IS NOT NULL AS "hasTruth",
         (SELECT count(*)::int FROM label l WHERE l.project_id = p.id) AS answers
       FROM project p WHERE p.id = $1`,
      [projectId],
    );
    const known = rows[0];
    if (known === undefined) throw new Error(`project ${projectId} vanished`);
    return known;
  }

  async insert(
    tx: Queryable,
    projectId: string,
    spec: z.output<typeof SimulationSpec>,
  ): Promise<string> {
    const id = newId();
    await tx.query('INSERT INTO simulation (id, project_id, spec) VALUES ($1, $2, $3::jsonb)', [
      id,
      projectId,
      JSON.stringify(spec),
    ]);
    await tx.query(
      `INSERT INTO replay (simulation_id, project_id, rule, seed, chosen)
       SELECT $1, $2, rule, seed, '{}'
       FROM unnest($3::text[]) AS rule, generate_series(1, $4::int) AS seed`,
      [id, projectId, [...new Set(spec.rules)], spec.seeds],
    );
    return id;
  }

  /** The state of a simulation, locked; null when there is none. */
  async lock(tx: Queryable, projectId: string, id: string): Promise<string | null> {
    const { rows } = await tx.query<{ state: string }>(
      'SELECT state FROM simulation WHERE project_id = $1 AND id = $2 FOR UPDATE',
      [projectId, id],
    );
    return rows[0]?.state ?? null;
  }

  async cancel(tx: Queryable, id: string): Promise<void> {
    await tx.query(
      `UPDATE replay SET state = 'cancelled', claim_token = NULL
       WHERE simulation_id = $1 AND state IN ('waiting', 'running')`,
      [id],
    );
    await tx.query(
      `UPDATE simulation SET state = 'cancelled', abort_requested = true, finished_at = now()
       WHERE id = $1`,
      [id],
    );
  }

  /** Puts replays that did not end well back to waiting; answers which, with their tries so far. */
  async reopen(tx: Queryable, id: string): Promise<ReplayKey[]> {
    const { rows } = await tx.query<ReplayKey>(
      `UPDATE replay SET state = 'waiting', error = NULL, claim_token = NULL
       WHERE simulation_id = $1 AND state IN ('failed', 'cancelled')
       RETURNING rule, seed, attempts`,
      [id],
    );
    if (rows.length > 0) {
      await tx.query(
        `UPDATE simulation SET state = 'queued', abort_requested = false, finished_at = NULL
         WHERE id = $1`,
        [id],
      );
    }
    return rows;
  }

  async listReplays(tx: Queryable, id: string): Promise<ReplayKey[]> {
    const { rows } = await tx.query<ReplayKey>(
      'SELECT rule, seed, attempts FROM replay WHERE simulation_id = $1 ORDER BY seed, rule',
      [id],
    );
    return rows;
  }
}
