import { createHash } from 'node:crypto';
import type { Answer } from '@dubio/contracts';
import {
  type Database,
  db,
  execute,
  findRow,
  newId,
  type ObjectStore,
  type Queryable,
  query,
} from '@dubio/platform';
import { publishQueue, type QueueEntryInput } from '../publish-queue.js';
import {
  type DemoItem,
  type DemoShard,
  insertDemoFeatures,
  insertDemoItems,
  insertDemoProject,
} from './demo-rows.js';
import { answerOf, DEMO_SEED, demoSettings } from './demo-settings.js';
import { type DigitScan, readDigitScans } from './digits-data.js';
import { writeTruth } from './truth.js';

export type DemoOutcome = { projectId: string | null; created: boolean };

const SHARD_ROWS = 4096;
const CREATED = 'demo.created';

const sha256 = (bytes: Uint8Array | string): Buffer => createHash('sha256').update(bytes).digest();

/**
 * A number of [0, 1) that depends on nothing but scan and purpose: every installation draws alike.
 */
const draw = (purpose: string, scan: DigitScan): number =>
  sha256(`${DEMO_SEED}/${purpose}/${scan.name}`).readUInt32BE() / 2 ** 32;

async function putShards(
  store: ObjectStore,
  folder: string,
  items: readonly DemoItem[],
): Promise<DemoShard[]> {
  const shards: DemoShard[] = [];
  for (let start = 0; start < items.length; start += SHARD_ROWS) {
    const rows = items.slice(start, start + SHARD_ROWS);
    const bytes = Buffer.concat(rows.map((item) => item.pixels));
    const blobKey = `${folder}/${shards.length}-${rows.length}.bin`;
    await store.put(blobKey, bytes);
    shards.push({ index: shards.length, rows: rows.length, blobKey, hash: sha256(bytes) });
  }
  return shards;
}

/** What is asked before the first model: items at random, a share of them for honest figures. */
function drawColdStart(items: readonly DemoItem[]): QueueEntryInput[] {
  const { queueSize, controlShare } = demoSettings().policies;
  return items
    .filter((item) => item.split === 'pool')
    .map((item) => ({ item, place: draw('order', item) }))
    .sort((a, b) => a.place - b.place)
    .slice(0, queueSize)
    .map(({ item }) => ({
      itemId: item.id,
      origin: draw('control', item) < controlShare ? 'control' : 'cold-start',
    }));
}

/** A demo is made once per workspace; one that somebody deleted does not come back by itself. */
async function findEarlierDemo(tx: Queryable, workspaceId: string): Promise<DemoOutcome | null> {
  const lock = `${CREATED}:${workspaceId}`;
  await execute(tx, query`SELECT pg_advisory_xact_lock(hashtextextended(${lock}, 0))`);
  const earlier = await findRow(
    tx,
    db
      .selectFrom('audit_event as a')
      .leftJoin('project as p', 'p.id', 'a.project_id')
      .select('p.id as projectId')
      .where('a.workspace_id', '=', workspaceId)
      .where('a.action', '=', CREATED)
      .limit(1),
  );
  return earlier && { projectId: earlier.projectId, created: false };
}

/**
 * Makes the project "Handwritten digits" in a workspace, ready to be labelled; a second call
 * changes nothing.
 */
export async function createDemoProject(
  database: Database,
  store: ObjectStore,
  owner: { workspaceId: string; userId?: string },
): Promise<DemoOutcome> {
  const { workspaceId } = owner;
  return database.transaction(async (tx) => {
    const earlier = await findEarlierDemo(tx, workspaceId);
    if (earlier !== null) return earlier;
    const scans = await readDigitScans();
    const items = scans.map((scan) => ({ ...scan, id: newId(), hash: sha256(scan.pixels) }));
    const projectId = newId();
    const setId = newId();
    const truthKey = `projects/${projectId}/truth.json`;
    const truths = items.flatMap(({ name, truth }): [string, Answer][] =>
      truth === null ? [] : [[name, answerOf(truth)]],
    );
    await writeTruth(store, truthKey, new Map(truths));
    const shards = await putShards(store, `projects/${projectId}/features/${setId}`, items);
    await insertDemoProject(tx, { id: projectId, workspaceId, items: items.length, truthKey });
    await insertDemoItems(tx, projectId, items);
    await insertDemoFeatures(tx, { id: setId, projectId, rows: items.length, shards });
    await publishQueue(tx, projectId, 0, drawColdStart(items));
    await execute(
      tx,
      db.insertInto('audit_event').values({
        workspace_id: workspaceId,
        project_id: projectId,
        actor_id: owner.userId ?? null,
        actor: 'Dubio',
        action: CREATED,
        subject: projectId,
      }),
    );
    return { projectId, created: true };
  });
}
