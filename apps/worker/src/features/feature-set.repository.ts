import { Featuriser, ImportOptions } from '@dubio/contracts';
import {
  columnsOf,
  db,
  execute,
  findRow,
  getRow,
  listRows,
  newId,
  type Queryable,
  query,
  row,
  type ShapeOf,
  table,
} from '@dubio/platform';
import { z } from 'zod';
import type { FeatureLayout } from './shard-layout.js';

export type FeatureSet = {
  readonly id: string;
  readonly generation: number;
  readonly featuriser: Featuriser;
  readonly layout: FeatureLayout;
  readonly fitted: unknown;
  /** Items with features: all ordinals below. */
  readonly rows: number;
};

const f = table('feature_set', 'f');
const set = table('feature_set');
const shard = table('feature_shard');

const FEATURE_SET = row({
  id: f.id,
  generation: f.generation,
  featuriser: f.featuriser,
  shape: f.shape,
  dtype: f.dtype,
  scale: f.scale,
  offset: f.offset,
  fitted: f.fitted,
  rows: f.rows,
});

const Layout = z.object({
  shape: z.array(z.int().min(1)),
  dtype: z.enum(['uint8', 'float32']),
  scale: z.number(),
  offset: z.number(),
});

function toFeatureSet(found: ShapeOf<typeof FEATURE_SET>): FeatureSet {
  const { shape, dtype, scale, offset, ...rest } = found;
  return {
    ...rest,
    featuriser: Featuriser.parse(found.featuriser),
    layout: Layout.parse({ shape, dtype, scale, offset }),
  };
}

/** The newest generation, finished or not. */
export async function findNewestFeatureSet(
  db: Queryable,
  projectId: string,
): Promise<FeatureSet | null> {
  const found = await findRow(
    db,
    query`SELECT ${FEATURE_SET} FROM ${f} WHERE ${f.project_id} = ${projectId}
      ORDER BY ${f.generation} DESC LIMIT 1`,
  );
  return found && toFeatureSet(found);
}

/**
 * The set a round begins with: most items first, then the newest; a half-written one never wins.
 */
export async function findUsableFeatureSet(
  db: Queryable,
  projectId: string,
): Promise<FeatureSet | null> {
  const found = await findRow(
    db,
    query`SELECT ${FEATURE_SET} FROM ${f} WHERE ${f.project_id} = ${projectId} AND ${f.rows} > 0
      ORDER BY ${f.rows} DESC, ${f.generation} DESC LIMIT 1`,
  );
  return found && toFeatureSet(found);
}

export async function getFeatureSet(db: Queryable, id: string): Promise<FeatureSet> {
  const found = await findRow(db, query`SELECT ${FEATURE_SET} FROM ${f} WHERE ${f.id} = ${id}`);
  if (found === null) throw new Error(`Feature set ${id} is gone.`);
  return toFeatureSet(found);
}

export async function createFeatureSet(
  tx: Queryable,
  projectId: string,
  created: Omit<FeatureSet, 'id' | 'rows'>,
): Promise<FeatureSet> {
  const { shape, dtype, scale, offset } = created.layout;
  const found = await getRow(
    tx,
    query`INSERT INTO ${f} (${set.id}, ${set.project_id}, ${set.generation}, ${set.featuriser},
        ${set.shape}, ${set.dtype}, ${set.scale}, ${set.offset}, ${set.fitted})
      VALUES (${newId()}, ${projectId}, ${created.generation},
        ${JSON.stringify(created.featuriser)}, ${JSON.stringify(shape)}, ${dtype}, ${scale},
        ${offset}, ${JSON.stringify(created.fitted)})
      RETURNING ${FEATURE_SET}`,
  );
  return toFeatureSet(found);
}

export type FeatureShard = {
  readonly index: number;
  readonly rows: number;
  readonly blobKey: string;
};

export function listShards(tx: Queryable, featureSetId: string): Promise<FeatureShard[]> {
  return listRows(
    tx,
    db
      .selectFrom('feature_shard')
      .select(['index', 'rows', 'blob_key as blobKey'])
      .where('feature_set_id', '=', featureSetId)
      .orderBy('index'),
  );
}

/** A shard takes the place of its shorter predecessor, and the set grows, in one statement. */
export async function putShard(
  db: Queryable,
  { id, projectId }: { id: string; projectId: string },
  { index, rows, blobKey, ...next }: FeatureShard & { contentHash: Uint8Array; setRows: number },
): Promise<void> {
  await execute(
    db,
    query`WITH grown AS (
        UPDATE ${set} SET ${set.rows} = greatest(${set.rows}, ${next.setRows})
         WHERE ${set.id} = ${id} RETURNING ${set.id})
      INSERT INTO ${shard} (${shard.feature_set_id}, ${shard.project_id}, ${shard.index},
        ${shard.rows}, ${shard.blob_key}, ${shard.content_hash})
      SELECT ${columnsOf('feature_set', 'grown').id}, ${projectId}::uuid, ${index}, ${rows}, ${blobKey},
        ${Buffer.from(next.contentHash)} FROM grown
      ON CONFLICT (${shard.feature_set_id}, ${shard.index}) DO UPDATE
        SET ${shard.rows} = excluded.${shard.rows}, ${shard.blob_key} = excluded.${shard.blob_key},
            ${shard.content_hash} = excluded.${shard.content_hash}`,
  );
}

/** The columns that imports of the project marked as only shown. */
export async function shownColumns(tx: Queryable, projectId: string): Promise<Set<string>> {
  const rows = await listRows(
    tx,
    db.selectFrom('import').select('options').where('project_id', '=', projectId),
  );
  const shown = new Set<string>();
  for (const { options } of rows) {
    const columns = ImportOptions.parse(options).columns ?? {};
    for (const [name, role] of Object.entries(columns)) if (role === 'shown') shown.add(name);
  }
  return shown;
}
