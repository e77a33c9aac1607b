import {
  AcquisitionSpec,
  Featuriser,
  ItemKind,
  LabelSchema,
  ModelSpec,
  Policies,
  RoundMetrics,
} from '@dubio/contracts';
import type { Database, Queryable } from '@dubio/platform';
import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '../frame/tokens.js';

/** A project with what its newest rounds say. */
export type ProjectRow = {
  id: string;
  workspaceId: string;
  name: string;
  description: string;
  itemKind: ItemKind;
  labelSchema: LabelSchema;
  featuriser: Featuriser;
  modelSpec: ModelSpec;
  acquisition: AcquisitionSpec;
  policies: Policies;
  version: number;
  items: number;
  labelCount: number;
  labelsAtRound: number;
  hasTruth: boolean;
  createdAt: Date;
  lastLabelAt: Date | null;
  activeAt: Date;
  importing: boolean;
  runningRound: number | null;
  readyRound: number | null;
  lastRoundFailed: boolean;
  /** Metrics of finished rounds, oldest first. */
  metrics: RoundMetrics[];
};

export type ItemCounts = {
  pool: number;
  labelled: number;
  validation: number;
  test: number;
  withdrawn: number;
  control: number;
};

export type NewProject = {
  id: string;
  workspaceId: string;
  name: string;
  description: string;
  itemKind: ItemKind;
  labelSchema: LabelSchema;
  featuriser: Featuriser;
  modelSpec: ModelSpec;
  acquisition: AcquisitionSpec;
  policies: Policies;
  seed: number;
};

export type ProjectSettings = Pick<
  NewProject,
  'name' | 'description' | 'labelSchema' | 'modelSpec' | 'acquisition' | 'policies'
>;

const ACTIVE_AT = 'coalesce(p.last_label_at, p.created_at)';
const SELECT = `SELECT p.id, p.workspace_id AS "workspaceId", p.name, p.description,
    p.item_kind AS "itemKind", p.label_schema AS "labelSchema", p.featuriser,
    p.model_spec AS "modelSpec", p.acquisition, p.policies, p.version,
    p.next_ordinal AS items, p.label_count AS "labelCount", p.labels_at_round AS "labelsAtRound",
    p.truth_key IS NOT NULL AS "hasTruth", p.created_at AS "createdAt",
    p.last_label_at AS "lastLabelAt", ${ACTIVE_AT} AS "activeAt",
    EXISTS (SELECT 1 FROM import m WHERE m.project_id = p.id
            AND m.state IN ('queued', 'running')) AS importing,
    (SELECT r.number FROM round r WHERE r.project_id = p.id
       AND r.state IN ('queued', 'training', 'scoring', 'selecting') LIMIT 1) AS "runningRound",
    (SELECT max(r.number) FROM round r WHERE r.project_id = p.id AND r.state = 'ready')
      AS "readyRound",
    coalesce((SELECT r.state = 'failed' FROM round r WHERE r.project_id = p.id
       ORDER BY r.number DESC LIMIT 1), false) AS "lastRoundFailed",
    coalesce((SELECT json_agg(r.metrics ORDER BY r.number) FROM round r
       WHERE r.project_id = p.id AND r.state IN ('ready', 'superseded')
         AND r.metrics IS NOT NULL), '[]') AS metrics
  FROM project p`;

type RawRow = Omit<
  ProjectRow,
  'labelSchema' | 'featuriser' | 'modelSpec' | 'acquisition' | 'policies' | 'metrics' | 'itemKind'
> &
  Record<
    'labelSchema' | 'featuriser' | 'modelSpec' | 'acquisition' | 'policies' | 'itemKind',
    unknown
  > & { metrics: unknown[] };

const parseRow = (row: RawRow): ProjectRow => ({
  ...row,
  itemKind: ItemKind.parse(row.itemKind),
  labelSchema: LabelSchema.parse(row.labelSchema),
  featuriser: Featuriser.parse(row.featuriser),
  modelSpec: ModelSpec.parse(row.modelSpec),
  acquisition: AcquisitionSpec.parse(row.acquisition),
  policies: Policies.parse(row.policies),
  metrics: row.metrics.flatMap((metrics) => RoundMetrics.safeParse(metrics).data ?? []),
});

@Injectable()
export class ProjectRepository {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    return this.database.transaction(work);
  }

  async find(projectId: string): Promise<ProjectRow | null> {
    const { rows } = await this.database.pool.query<RawRow>(`${SELECT} WHERE p.id = $1`, [
      projectId,
    ]);
    return rows[0] ? parseRow(rows[0]) : null;
  }

  /** Newest activity first. */
  async list(
    workspaceId: string,
    page: { before: readonly [string, string] | null; limit: number },
  ): Promise<ProjectRow[]> {
    const { rows } = await this.database.pool.query<RawRow>(
      `${SELECT} WHERE p.workspace_id = $1
         AND ($2::timestamptz IS NULL OR (${ACTIVE_AT}, p.id) < ($2, $3::uuid))
       ORDER BY ${ACTIVE_AT} DESC, p.id DESC LIMIT $4`,
      [workspaceId, page.before?.[0] ?? null, page.before?.[1] ?? null, page.limit + 1],
    );
    return rows.map(parseRow);
  }

  async countItems(projectId: string): Promise<ItemCounts> {
    const { rows } = await this.database.pool.query<ItemCounts>(
      `SELECT
         coalesce(sum(n) FILTER (WHERE split = 'pool' AND state = 'pool'), 0)::int AS pool,
         coalesce(sum(n) FILTER (WHERE split = 'pool' AND state = 'labelled'), 0)::int AS labelled,
         coalesce(sum(n) FILTER (WHERE split = 'validation' AND state <> 'withdrawn'), 0)::int
           AS validation,
         coalesce(sum(n) FILTER (WHERE split = 'test' AND state <> 'withdrawn'), 0)::int AS test,
         coalesce(sum(n) FILTER (WHERE state = 'withdrawn'), 0)::int AS withdrawn,
         (SELECT count(*)::int FROM label WHERE project_id = $1 AND origin = 'control') AS control
       FROM (SELECT split, state, count(*) AS n FROM item WHERE project_id = $1
             GROUP BY split, state) AS counted`,
      [projectId],
    );
    const counts = rows[0];
    if (counts === undefined) throw new Error('an aggregate answered no row');
    return counts;
  }

  async countAnnotators(workspaceId: string, projectId: string): Promise<number> {
    const { rows } = await this.database.pool.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM membership m WHERE m.workspace_id = $1
         AND EXISTS (SELECT 1 FROM annotation a
                     WHERE a.project_id = $2 AND a.user_id = m.user_id)`,
      [workspaceId, projectId],
    );
    return rows[0]?.n ?? 0;
  }

  async insert(tx: Queryable, project: NewProject): Promise<void> {
    await tx.query(
      `INSERT INTO project (id, workspace_id, name, description, item_kind, label_schema,
         featuriser, model_spec, acquisition, policies, seed)
       VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7::jsonb, $8::jsonb, $9::jsonb, $10::jsonb, $11)`,
      [
        project.id,
        project.workspaceId,
        project.name,
        project.description,
        project.itemKind,
        JSON.stringify(project.labelSchema),
        JSON.stringify(project.featuriser),
        JSON.stringify(project.modelSpec),
        JSON.stringify(project.acquisition),
        JSON.stringify(project.policies),
        project.seed,
      ],
    );
  }

  /** Writes settings if nobody else did since `version`; false when somebody did. */
  async update(
    tx: Queryable,
    at: { projectId: string; version: number },
    settings: ProjectSettings,
  ): Promise<boolean> {
    const { rowCount } = await tx.query(
      `UPDATE project SET name = $3, description = $4, label_schema = $5::jsonb,
         model_spec = $6::jsonb, acquisition = $7::jsonb, policies = $8::jsonb,
         version = version + 1, updated_at = now()
       WHERE id = $1 AND version = $2`,
      [
        at.projectId,
        at.version,
        settings.name,
        settings.description,
        JSON.stringify(settings.labelSchema),
        JSON.stringify(settings.modelSpec),
        JSON.stringify(settings.acquisition),
        JSON.stringify(settings.policies),
      ],
    );
    return rowCount === 1;
  }

  async delete(tx: Queryable, projectId: string): Promise<void> {
    await tx.query('DELETE FROM project WHERE id = $1', [projectId]);
  }
}
