import { createHash } from 'node:crypto';
import { Featuriser } from '@dubio/contracts';
import { db, execute, findRow, getRow, type Queryable, sql } from '@dubio/platform';
import { inWords, MOST_FEATURES } from '../budgets/budgets.js';
import type { TaskContext } from '../compute/task-context.js';
import {
  createFeatureSet,
  type FeatureSet,
  findNewestFeatureSet,
  listShards,
  putShard,
  shownColumns,
} from './feature-set.repository.js';
import { createEncoder, fitFeaturiser, fittedHolds } from './featuriser.js';
import { BadFeaturesError, BadItemError, MissingContentError } from './fit-source.js';
import { type ItemContent, listItems } from './item-content.js';
import { type BadItem, leaveOut } from './leave-out.js';
import {
  allocateFeatures,
  featuresPerItem,
  readShard,
  SHARD_ROWS,
  shardBytes,
  shardKey,
  shardOf,
} from './shard-layout.js';

export type FeaturesRequest = { readonly projectId: string };
export type FeaturesProgress = { readonly rows: number; readonly of: number };
export type FeaturesResult =
  | { readonly state: 'done'; readonly rows: number }
  | { readonly state: 'busy' }
  | { readonly state: 'bad'; readonly reason: string };

const LOCK_SPACE = 0x64756269;

/** Brings the features of a project up to its newest item; one process at a time does so. */
export async function computeFeatures(
  { projectId }: FeaturesRequest,
  context: TaskContext<FeaturesProgress>,
): Promise<FeaturesResult> {
  // The lock lives as long as its connection: whoever dies lets go of it.
  const holder = await context.database().pool.connect();
  try {
    const lock = sql`${LOCK_SPACE}, hashtext(${projectId})`;
    const { held } = await getRow(
      holder,
      sql<{ held: boolean }>`SELECT pg_try_advisory_lock(${lock}) AS held`,
    );
    if (!held) return { state: 'busy' };
    try {
      return { state: 'done', rows: await bringUpToDate(projectId, context) };
    } catch (error) {
      if (error instanceof BadFeaturesError) return { state: 'bad', reason: error.message };
      throw error;
    } finally {
      await execute(holder, sql`SELECT pg_advisory_unlock(${lock})`);
    }
  } finally {
    holder.release();
  }
}

async function bringUpToDate(
  projectId: string,
  context: TaskContext<FeaturesProgress>,
): Promise<number> {
  const { pool } = context.database();
  for (;;) {
    const project = await findRow(
      pool,
      db.selectFrom('project').select(['featuriser', 'next_ordinal']).where('id', '=', projectId),
    );
    if (project === null || project.next_ordinal === 0) return 0;
    const featuriser = Featuriser.parse(project.featuriser);
    const newest = await findNewestFeatureSet(pool, projectId);
    const sameKind =
      newest !== null && JSON.stringify(newest.featuriser) === JSON.stringify(featuriser);
    if (sameKind && newest.rows >= project.next_ordinal) {
      await prune(projectId, newest, context);
      return newest.rows;
    }
    const set = await setFor(projectId, featuriser, sameKind ? newest : null, {
      context,
      items: project.next_ordinal,
      generation: (newest?.generation ?? 0) + 1,
    });
    await fill(projectId, set, project.next_ordinal, context);
  }
}

/**
 * The set the new items join: the newest one while its constants still hold, else a new one beside
 * it.
 */
async function setFor(
  projectId: string,
  featuriser: Featuriser,
  newest: FeatureSet | null,
  next: { context: TaskContext<FeaturesProgress>; items: number; generation: number },
): Promise<FeatureSet> {
  const { context, items, generation } = next;
  const db: Queryable = context.database().pool;
  // A set without a row was begun by a process that died: its constants are those of this pool.
  if (newest !== null && newest.rows === 0) return newest;
  const now = await fitFeaturiser(featuriser, {
    pool: () => poolItems(db, projectId, items),
    shownColumns: await shownColumns(db, projectId),
    store: context.store,
  });
  if (newest !== null && fittedHolds(featuriser, newest.fitted, now)) return newest;
  const { layout } = createEncoder(featuriser, now, context.store);
  const width = featuresPerItem(layout.shape);
  if (width > MOST_FEATURES) {
    throw new BadFeaturesError(
      `The items come to ${inWords(width)} features each, at most ${inWords(MOST_FEATURES)} are taken: mark columns of many words, or columns that need not be learned from, as shown.`,
    );
  }
  return createFeatureSet(db, projectId, { generation, featuriser, layout, fitted: now });
}

async function* poolItems(
  db: Queryable,
  projectId: string,
  to: number,
): AsyncGenerator<ItemContent> {
  for await (const item of listItems(db, projectId, { from: 0, to })) {
    if (item.split === 'pool') yield item;
  }
}

const ENCODED_AT_ONCE = 16;

/** Writes shard after shard; each is complete in the store before its row says so. */
async function fill(
  projectId: string,
  set: FeatureSet,
  to: number,
  context: TaskContext<FeaturesProgress>,
): Promise<void> {
  const database = context.database();
  const db: Queryable = database.pool;
  const encoder = createEncoder(set.featuriser, set.fitted, context.store);
  const width = featuresPerItem(set.layout.shape);
  const shards = await listShards(db, set.id);
  for (let index = shardOf(set.rows); index * SHARD_ROWS < to; index++) {
    context.signal.throwIfAborted();
    const first = index * SHARD_ROWS;
    const rows = Math.min(to - first, SHARD_ROWS);
    const values = allocateFeatures(set.layout.dtype, rows * width);
    const old = shards.find((shard) => shard.index === index);
    const kept = old?.rows ?? 0;
    if (old) values.set(readShard(await context.store.get(old.blobKey), kept, set.layout));
    const bad: BadItem[] = [];
    const missing: MissingContentError[] = [];
    const encode = async (item: ItemContent) => {
      const at = (item.ordinal - first) * width;
      try {
        await encoder.encode(item, values, at);
      } catch (error) {
        if (!(error instanceof BadItemError)) throw error;
        if (error instanceof MissingContentError) missing.push(error);
        values.fill(0, at, at + width);
        bad.push({ ordinal: item.ordinal, reason: error.message });
      }
    };
    const pending: Promise<void>[] = [];
    for await (const item of listItems(db, projectId, { from: first + kept, to: first + rows })) {
      pending.push(encode(item));
      if (pending.length >= ENCODED_AT_ONCE) await Promise.all(pending.splice(0));
    }
    await Promise.all(pending);
    // A store that has nothing at all is not there, which passes.
    if (missing.length > 0 && missing.length === rows - kept) throw missing[0];
    const bytes = shardBytes(values);
    const blobKey = shardKey(projectId, set.id, index, rows);
    await context.store.put(blobKey, bytes);
    const contentHash = createHash('sha256').update(bytes).digest();
    const shard = { index, rows, blobKey, contentHash, setRows: first + rows };
    // Together, so that each bad item is told of once.
    await database.transaction(async (tx) => {
      await leaveOut(tx, projectId, bad);
      await putShard(tx, { id: set.id, projectId }, shard);
    });
    context.report({ rows: first + rows, of: to });
  }
}

/** Deletes blobs that longer ones have replaced. */
async function prune(
  projectId: string,
  set: FeatureSet,
  context: TaskContext<FeaturesProgress>,
): Promise<void> {
  const shards = await listShards(context.database().pool, set.id);
  const inUse = new Set(shards.map((shard) => shard.blobKey));
  for await (const key of context.store.list(`projects/${projectId}/features/${set.id}/`)) {
    if (!inUse.has(key)) await context.store.delete(key);
  }
}
