import { Featuriser, ImportOptions } from '@dubio/contracts';
import { newId, type Queryable } from '@dubio/platform';
import { z } from 'zod';
import type { FeatureDtype, FeatureLayout } from './shard-layout.js';

export type FeatureSet = {
  readonly id: string;
  readonly generation: number;
  readonly featuriser: Featuriser;
  readonly layout: FeatureLayout;
  readonly fitted: unknown;
  /** Items with features: all ordinals below. */
  readonly rows: number;
};

const Row = z.object({
  id: z.string(),
  generation: z.int(),
  featuriser: Featuriser,
  shape: z.array(z.int().min(1)),
  dtype: z.enum(['uint8', 'float32']),
  scale: z.number(),
  offset: z.number(),
  fitted: z.unknown(),
  rows: z.int(),
});

const COLUMNS = 'id, generation, featuriser, shape, dtype, scale, "offset", fitted, rows';

function toFeatureSet(row: unknown): FeatureSet {
  const { shape, dtype, scale, offset, ...rest } = Row.parse(row);
  return { ...rest, layout: { shape, dtype, scale, offset } };
}

/** The newest generation, finished or not. */
export async function findNewestFeatureSet(
  db: Queryable,
  projectId: string,
): Promise<FeatureSet | null> {
  const { rows } = await db.query(
    `SELECT ${COLUMNS} FROM feature_set WHERE project_id = $1 ORDER BY generation DESC LIMIT 1`,
    [projectId],
  );
  return rows[0] === undefined ? null : toFeatureSet(rows[0]);
}

/** The set a round begins with: most items first, then the newest; a half-written one never wins. */
export async function findUsableFeatureSet(
  db: Queryable,
  projectId: string,
): Promise<FeatureSet | null> {
  const { rows } = await db.query(
    `SELECT ${COLUMNS} FROM feature_set WHERE project_id = $1 AND rows > 0
      ORDER BY rows DESC, generation DESC LIMIT 1`,
    [projectId],
  );
  return rows[0] === undefined ? null : toFeatureSet(rows[0]);
}

export async function getFeatureSet(db: Queryable, id: string): Promise<FeatureSet> {
  const { rows } = await db.query(`SELECT ${COLUMNS} FROM feature_set WHERE id = $1`, [id]);
  if (rows[0] === undefined) throw new Error(`Feature set ${id} is gone.`);
  return toFeatureSet(rows[0]);
}

export async function createFeatureSet(
  db: Queryable,
  projectId: string,
  set: Omit<FeatureSet, 'id' | 'rows'>,
): Promise<FeatureSet> {
  const { shape, dtype, scale, offset } = set.layout;
  const { rows } = await db.query(
    `INSERT INTO feature_set (id, project_id, generation, featuriser, shape, dtype, scale, "offset", fitted)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING ${COLUMNS}`,
    [
      newId(),
      projectId,
      set.generation,
      JSON.stringify(set.featuriser),
      JSON.stringify(shape),
      dtype satisfies FeatureDtype,
      scale,
      offset,
      JSON.stringify(set.fitted),
    ],
  );
  return toFeatureSet(rows[0]);
}

export type FeatureShard = {
  readonly index: number;
  readonly rows: number;
  readonly blobKey: string;
};

export async function listShards(db: Queryable, featureSetId: string): Promise<FeatureShard[]> {
  const { rows } = await db.query<{ index: number; rows: number; blob_key: string }>(
    'SELECT index, rows, blob_key FROM feature_shard WHERE feature_set_id = $1 ORDER BY index',
    [featureSetId],
  );
  return rows.map((row) => ({ index: row.index, rows: row.rows, blobKey: row.blob_key }));
}

/** A shard takes the place of its shorter predecessor, and the set grows, in one statement. */
export async function putShard(
  db: Queryable,
  set: { id: string; projectId: string },
  shard: FeatureShard & { contentHash: Uint8Array; setRows: number },
): Promise<void> {
  await db.query(
    `WITH grown AS (UPDATE feature_set SET rows = greatest(rows, $7) WHERE id = $1 RETURNING id)
     INSERT INTO feature_shard (feature_set_id, project_id, index, rows, blob_key, content_hash)
     SELECT id, $2, $3, $4, $5, $6 FROM grown
     ON CONFLICT (feature_set_id, index) DO UPDATE
       SET rows = excluded.rows, blob_key = excluded.blob_key, content_hash = excluded.content_hash`,
    [
      set.id,
      set.projectId,
      shard.index,
      shard.rows,
      shard.blobKey,
      Buffer.from(shard.contentHash),
      shard.setRows,
    ],
  );
}

/** The columns that imports of the project marked as only shown. */
export async function shownColumns(db: Queryable, projectId: string): Promise<Set<string>> {
  const { rows } = await db.query<{ options: unknown }>(
    'SELECT options FROM import WHERE project_id = $1',
    [projectId],
  );
  const shown = new Set<string>();
  for (const { options } of rows) {
    const columns = ImportOptions.parse(options).columns ?? {};
    for (const [name, role] of Object.entries(columns)) if (role === 'shown') shown.add(name);
  }
  return shown;
}
