import {
  AcquisitionSpec,
  Featuriser,
  ItemKind,
  LabelSchema,
  ModelSpec,
  Policies,
  RoundMetrics,
} from '@dubio/contracts';
import { notSuperseded } from '@dubio/labelling';
import {
  columnsOf,
  type Database,
  db,
  execute,
  findRow,
  getRow,
  listRows,
  lit,
  type Queryable,
  query,
  type RawBuilder,
  row,
  type ShapeOf,
  sql,
  type TransactionOptions,
  table,
} from '@dubio/platform';
import { Inject, Injectable } from '@nestjs/common';
import { isBefore } from '../frame/keyset.js';
import { DATABASE } from '../frame/tokens.js';

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

const p = table('project', 'p');
const m = table('import', 'm');
const r = table('round', 'r');
const i = table('item', 'i');
const l = table('label', 'l');
const w = table('membership', 'w');
const a = table('annotation', 'a');

const ofProject = sql`${r.project_id} = ${p.id}`;
const ACTIVE_AT = sql<Date>`coalesce(${p.last_label_at}, ${p.created_at})`;

/** A project with what its newest rounds say. */
const PROJECT = row({
  id: p.id,
  workspaceId: p.workspace_id,
  name: p.name,
  description: p.description,
  itemKind: p.item_kind,
  labelSchema: p.label_schema,
  featuriser: p.featuriser,
  modelSpec: p.model_spec,
  acquisition: p.acquisition,
  policies: p.policies,
  version: p.version,
  items: p.next_ordinal,
  labelCount: p.label_count,
  labelsAtRound: p.labels_at_round,
  hasTruth: sql<boolean>`${p.truth_key} IS NOT NULL`,
  createdAt: p.created_at,
  lastLabelAt: p.last_label_at,
  activeAt: ACTIVE_AT,
  importing: sql<boolean>`EXISTS (
    SELECT 1 FROM ${m} WHERE ${m.project_id} = ${p.id} AND ${m.state} IN (${lit(m.state, 'queued')}, ${lit(m.state, 'running')}))`,
  runningRound: sql<number | null>`(SELECT ${r.number} FROM ${r} WHERE ${ofProject}
    AND ${r.state} IN (${lit(r.state, 'queued')}, ${lit(r.state, 'training')}, ${lit(r.state, 'scoring')}, ${lit(r.state, 'selecting')}) LIMIT 1)`,
  readyRound: sql<number | null>`(
    SELECT max(${r.number}) FROM ${r} WHERE ${ofProject} AND ${r.state} = ${lit(r.state, 'ready')})`,
  lastRoundFailed: sql<boolean>`coalesce((SELECT ${r.state} = ${lit(r.state, 'failed')} FROM ${r}
    WHERE ${ofProject} ORDER BY ${r.number} DESC LIMIT 1), false)`,
  // Of finished rounds, oldest first.
  metrics: sql<unknown[]>`coalesce((SELECT json_agg(${r.metrics} ORDER BY ${r.number}) FROM ${r}
    WHERE ${ofProject} AND ${r.state} IN (${lit(r.state, 'ready')}, ${lit(r.state, 'superseded')})
      AND ${r.metrics} IS NOT NULL), '[]')`,
});

const parseRow = (stored: ShapeOf<typeof PROJECT>) => ({
  ...stored,
  itemKind: ItemKind.parse(stored.itemKind),
  labelSchema: LabelSchema.parse(stored.labelSchema),
  featuriser: Featuriser.parse(stored.featuriser),
  modelSpec: ModelSpec.parse(stored.modelSpec),
  acquisition: AcquisitionSpec.parse(stored.acquisition),
  policies: Policies.parse(stored.policies),
  metrics: stored.metrics.flatMap((metrics) => RoundMetrics.safeParse(metrics).data ?? []),
});

export type ProjectRow = ReturnType<typeof parseRow>;

const toColumns = (settings: ProjectSettings) => ({
  name: settings.name,
  description: settings.description,
  label_schema: JSON.stringify(settings.labelSchema),
  model_spec: JSON.stringify(settings.modelSpec),
  acquisition: JSON.stringify(settings.acquisition),
  policies: JSON.stringify(settings.policies),
});

/** Of the items, counted by split and state. */
const { split, state } = columnsOf('item', 'counted');
const sumWhere = (counted: RawBuilder<unknown>) =>
  sql<number>`coalesce(sum(n) FILTER (WHERE ${counted}), 0)::int`;
const itemCounts = (projectId: string) =>
  row({
    pool: sumWhere(sql`${split} = ${lit(split, 'pool')} AND ${state} = ${lit(state, 'pool')}`),
    labelled: sumWhere(
      sql`${split} = ${lit(split, 'pool')} AND ${state} = ${lit(state, 'labelled')}`,
    ),
    validation: sumWhere(
      sql`${split} = ${lit(split, 'validation')} AND ${state} <> ${lit(state, 'withdrawn')}`,
    ),
    test: sumWhere(
      sql`${split} = ${lit(split, 'test')} AND ${state} <> ${lit(state, 'withdrawn')}`,
    ),
    withdrawn: sumWhere(sql`${state} = ${lit(state, 'withdrawn')}`),
    control: sql<number>`(SELECT count(*)::int FROM ${l}
      WHERE ${l.project_id} = ${projectId} AND ${l.origin} = ${lit(l.origin, 'control')})`,
    skipped: sql<number>`(SELECT count(DISTINCT ${a.item_id})::int FROM ${a}
      JOIN ${i} ON ${i.id} = ${a.item_id} AND ${i.state} = ${lit(i.state, 'pool')}
      WHERE ${a.project_id} = ${projectId} AND ${a.kind} = ${lit(a.kind, 'skip')}
        AND ${notSuperseded(a)})`,
  });

export type ItemCounts = ShapeOf<ReturnType<typeof itemCounts>>;

@Injectable()
export class ProjectRepository {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  transaction<T>(work: (tx: Queryable) => Promise<T>, options?: TransactionOptions): Promise<T> {
    return this.database.transaction(work, options);
  }

  async find(projectId: string): Promise<ProjectRow | null> {
    const found = await findRow(
      this.database.pool,
      query`SELECT ${PROJECT} FROM ${p} WHERE ${p.id} = ${projectId}`,
    );
    return found && parseRow(found);
  }

  /** Newest activity first. */
  async list(
    workspaceId: string,
    page: { before: readonly [string, string] | null; limit: number },
  ): Promise<ProjectRow[]> {
    const found = await listRows(
      this.database.pool,
      query`SELECT ${PROJECT} FROM ${p}
        WHERE ${p.workspace_id} = ${workspaceId} AND ${isBefore(ACTIVE_AT, p.id, page.before)}
        ORDER BY ${ACTIVE_AT} DESC, ${p.id} DESC LIMIT ${page.limit + 1}`,
    );
    return found.map(parseRow);
  }

  countItems(projectId: string): Promise<ItemCounts> {
    return getRow(
      this.database.pool,
      query`SELECT ${itemCounts(projectId)}
        FROM (SELECT ${i.split}, ${i.state}, count(*) AS n FROM ${i}
              WHERE ${i.project_id} = ${projectId} GROUP BY ${i.split}, ${i.state}) AS counted`,
    );
  }

  async countAnnotators(workspaceId: string, projectId: string): Promise<number> {
    const { n } = await getRow(
      this.database.pool,
      query`SELECT ${row({ n: sql<number>`count(*)::int` })} FROM ${w}
        WHERE ${w.workspace_id} = ${workspaceId}
          AND EXISTS (SELECT 1 FROM ${a}
                      WHERE ${a.project_id} = ${projectId} AND ${a.user_id} = ${w.user_id})`,
    );
    return n;
  }

  async insert(tx: Queryable, project: NewProject): Promise<void> {
    await execute(
      tx,
      db.insertInto('project').values({
        id: project.id,
        workspace_id: project.workspaceId,
        item_kind: project.itemKind,
        featuriser: JSON.stringify(project.featuriser),
        seed: project.seed,
        ...toColumns(project),
      }),
    );
  }

  /** Writes settings if nobody else did since `version`; false when somebody did. */
  async update(
    tx: Queryable,
    at: { projectId: string; version: number },
    settings: ProjectSettings,
  ): Promise<boolean> {
    const changed = db
      .updateTable('project')
      .set((of) => ({
        ...toColumns(settings),
        version: of('version', '+', 1),
        updated_at: sql<Date>`now()`,
      }))
      .where('id', '=', at.projectId)
      .where('version', '=', at.version);
    return (await execute(tx, changed)) === 1;
  }

  async delete(tx: Queryable, projectId: string): Promise<void> {
    await execute(tx, db.deleteFrom('project').where('id', '=', projectId));
  }
}
