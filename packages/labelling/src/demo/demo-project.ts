import { createHash } from 'node:crypto';
import type { Answer } from '@dubio/contracts';
import { type Database, newId, type ObjectStore, type Queryable } from '@dubio/platform';
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

/** A number of [0, 1) that depends on nothing but scan and purpose: every installation draws alike. */
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

/** A demo is made once a workspace; one that somebody deleted does not come back by itself. */
async function findEarlierDemo(tx: Queryable, workspaceId: string): Promise<DemoOutcome | null> {
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
    `${CREATED}:${workspaceId}`,
  ]);
  const { rows } = await tx.query<{ projectId: string | null }>(
    `SELECT p.id AS "projectId" FROM audit_event a LEFT JOIN project p ON p.id = a.project_id
     WHERE a.workspace_id = $1 AND a.action = $2 LIMIT 1`,
    [workspaceId, CREATED],
  );
  return rows[0] === undefined ? null : { projectId: rows[0].projectId, created: false };
}

/** Makes the project "Handwritten digits" in a workspace, ready to be labelled; a second call changes nothing. */
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
    await tx.query(
      `INSERT INTO audit_event (workspace_id, project_id, actor_id, actor, action, subject)
       VALUES ($1, $2::uuid, $3, 'Dubio', $4, $2::text)`,
      [workspaceId, projectId, owner.userId ?? null, CREATED],
    );
    return { projectId, created: true };
  });
}
