import { db, execute, into, type Queryable, query } from '@dubio/platform';
import { answerOf, DEMO_NAME, DEMO_SEED, demoFeaturiser, demoSettings } from './demo-settings.js';
import { DIGIT_LEVELS, type DigitScan } from './digits-data.js';

export type DemoItem = DigitScan & { id: string; hash: Buffer };
export type DemoShard = { index: number; rows: number; blobKey: string; hash: Buffer };

export async function insertDemoProject(
  tx: Queryable,
  demo: { id: string; workspaceId: string; items: number; truthKey: string },
): Promise<void> {
  const settings = demoSettings();
  await execute(
    tx,
    db.insertInto('project').values({
      id: demo.id,
      workspace_id: demo.workspaceId,
      name: DEMO_NAME,
      description:
        '5,620 scans of 8 by 8 pixels. E. Alpaydin and C. Kaynak, UCI Machine Learning Repository, CC BY 4.0.',
      item_kind: 'image',
      label_schema: JSON.stringify(settings.labelSchema),
      featuriser: JSON.stringify(demoFeaturiser),
      model_spec: JSON.stringify(settings.modelSpec),
      acquisition: JSON.stringify(settings.acquisition),
      policies: JSON.stringify(settings.policies),
      next_ordinal: demo.items,
      truth_key: demo.truthKey,
      seed: DEMO_SEED,
    }),
  );
}

export async function insertDemoItems(
  tx: Queryable,
  projectId: string,
  items: readonly DemoItem[],
): Promise<void> {
  await execute(
    tx,
    query`INSERT INTO ${into(
      'item',
      ...([
        'id',
        'project_id',
        'ordinal',
        'external_id',
        'content_hash',
        'split',
        'state',
      ] as const),
    )}
     SELECT s.id, ${projectId}::uuid, s.place - 1, s.name, s.hash, s.split::"Split",
       (CASE WHEN s.split = 'pool' THEN 'pool' ELSE 'labelled' END)::"ItemState"
     FROM unnest(${items.map((item) => item.id)}::uuid[], ${items.map((item) => item.name)}::text[],
       ${items.map((item) => item.hash)}::bytea[], ${items.map((item) => item.split)}::text[])
       WITH ORDINALITY AS s (id, name, hash, split, place)`,
  );
  const known = items.flatMap(({ id, digit }) => (digit === null ? [] : [{ id, digit }]));
  const answers = known.map((item) => JSON.stringify(answerOf(item.digit)));
  await execute(
    tx,
    query`INSERT INTO ${into(
      'label',
      ...(['item_id', 'project_id', 'answer', 'confidence', 'annotations', 'source'] as const),
    )}
     SELECT id, ${projectId}::uuid, answer::jsonb, 1, 0, 'import'
     FROM unnest(${known.map((item) => item.id)}::uuid[], ${answers}::text[]) AS l (id, answer)`,
  );
}

export async function insertDemoFeatures(
  tx: Queryable,
  set: { id: string; projectId: string; rows: number; shards: readonly DemoShard[] },
): Promise<void> {
  const { width, height, channels } = demoFeaturiser;
  await execute(
    tx,
    db.insertInto('feature_set').values({
      id: set.id,
      project_id: set.projectId,
      generation: 1,
      featuriser: JSON.stringify(demoFeaturiser),
      shape: JSON.stringify([channels, height, width]),
      dtype: 'uint8',
      scale: 1 / DIGIT_LEVELS,
      offset: 0,
      rows: set.rows,
    }),
  );
  for (const shard of set.shards) {
    await execute(
      tx,
      db.insertInto('feature_shard').values({
        feature_set_id: set.id,
        project_id: set.projectId,
        index: shard.index,
        rows: shard.rows,
        blob_key: shard.blobKey,
        content_hash: shard.hash,
      }),
    );
  }
}
