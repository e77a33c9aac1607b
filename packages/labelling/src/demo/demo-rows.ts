import type { Queryable } from '@dubio/platform';
import { answerOf, DEMO_NAME, DEMO_SEED, demoFeaturiser, demoSettings } from './demo-settings.js';
import { DIGIT_LEVELS, type DigitScan } from './digits-data.js';

export type DemoItem = DigitScan & { id: string; hash: Buffer };
export type DemoShard = { index: number; rows: number; blobKey: string; hash: Buffer };

export async function insertDemoProject(
  tx: Queryable,
  demo: { id: string; workspaceId: string; items: number; truthKey: string },
): Promise<void> {
  const settings = demoSettings();
  await tx.query(
    `INSERT INTO project (id, workspace_id, name, description, item_kind, label_schema, featuriser,
       model_spec, acquisition, policies, next_ordinal, truth_key, seed)
     VALUES ($1, $2, $3, $4, 'image', $5::jsonb, $6::jsonb, $7::jsonb, $8::jsonb, $9::jsonb, $10, $11, $12)`,
    [
      demo.id,
      demo.workspaceId,
      DEMO_NAME,
      '5,620 scans of 8 by 8 pixels. E. Alpaydin and C. Kaynak, UCI Machine Learning Repository, CC BY 4.0.',
      JSON.stringify(settings.labelSchema),
      JSON.stringify(demoFeaturiser),
      JSON.stringify(settings.modelSpec),
      JSON.stringify(settings.acquisition),
      JSON.stringify(settings.policies),
      demo.items,
      demo.truthKey,
      DEMO_SEED,
    ],
  );
}

export async function insertDemoItems(
  tx: Queryable,
  projectId: string,
  items: readonly DemoItem[],
): Promise<void> {
  await tx.query(
    `INSERT INTO item (id, project_id, ordinal, external_id, content_hash, split, state)
     SELECT s.id, $1::uuid, s.place - 1, s.name, s.hash, s.split::"Split",
       (CASE WHEN s.split = 'pool' THEN 'pool' ELSE 'labelled' END)::"ItemState"
     FROM unnest($2::uuid[], $3::text[], $4::bytea[], $5::text[]) WITH ORDINALITY
       AS s (id, name, hash, split, place)`,
    [
      projectId,
      items.map((item) => item.id),
      items.map((item) => item.name),
      items.map((item) => item.hash),
      items.map((item) => item.split),
    ],
  );
  const known = items.flatMap(({ id, digit }) => (digit === null ? [] : [{ id, digit }]));
  await tx.query(
    `INSERT INTO label (item_id, project_id, answer, confidence, annotations, source)
     SELECT id, $1::uuid, answer::jsonb, 1, 0, 'import' FROM unnest($2::uuid[], $3::text[]) AS l (id, answer)`,
    [
      projectId,
      known.map((item) => item.id),
      known.map((item) => JSON.stringify(answerOf(item.digit))),
    ],
  );
}

export async function insertDemoFeatures(
  tx: Queryable,
  set: { id: string; projectId: string; rows: number; shards: readonly DemoShard[] },
): Promise<void> {
  const { width, height, channels } = demoFeaturiser;
  await tx.query(
    `INSERT INTO feature_set (id, project_id, generation, featuriser, shape, dtype, scale, "offset", rows)
     VALUES ($1, $2, 1, $3::jsonb, $4::jsonb, 'uint8', $5, 0, $6)`,
    [
      set.id,
      set.projectId,
      JSON.stringify(demoFeaturiser),
      JSON.stringify([channels, height, width]),
      1 / DIGIT_LEVELS,
      set.rows,
    ],
  );
  for (const shard of set.shards) {
    await tx.query(
      `INSERT INTO feature_shard (feature_set_id, project_id, index, rows, blob_key, content_hash)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      [set.id, set.projectId, shard.index, shard.rows, shard.blobKey, shard.hash],
    );
  }
}
