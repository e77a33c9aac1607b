import { Policies } from '@dubio/contracts';
import {
  columnsOf,
  type Database,
  type InJson,
  into,
  jsonObject,
  LastStatement,
  lit,
  type NamedStatement,
  named,
  newId,
  query,
  type RawBuilder,
  row,
  sql,
  type Transaction,
  table,
} from '@dubio/platform';
import { notSuperseded } from './annotation-row.js';
import { fillColdStart } from './cold-start.js';
import { runHot } from './hot-query.js';
import { noProject, type ServingProject } from './labelling-project.js';
import { LEASE, type LeaseRow, leaseFields } from './lease-row.js';
import { sweepExpired } from './lease-upkeep.js';
import { lockLeaseCall, lockServing } from './locks.js';

export type LeaseRequest = {
  projectId: string;
  userId: string;
  /** How many items the person shall hold in all. */
  count: number;
  /** Leases the client knows of: kept alive, and not sent again. */
  holding?: readonly string[];
};

const q = table('queue_entry', 'q');
const entry = table('queue_entry');
const lease = table('lease');
const l = table('lease', 'l');
const a = table('annotation', 'a');
const i = table('item', 'i');
const x = table('lease', 'x');
const h = table('lease', 'h');
const mine = columnsOf('lease', 'mine');
const project = table('project');
const p = columnsOf('project', 'p');
const picked = columnsOf('queue_entry', 'picked');
const r = columnsOf('lease', 'r');

type Walk = { projectId: string; generation: number; userId: string };
type Placeholders = { readonly [Key in keyof Walk]: RawBuilder<Walk[Key]> };

/**
 * The walk: open entries of the queue in their order, without what this person answered, skipped or
 * holds. OFFSET 0 keeps each exclusion a probe by index for one entry; pulled up into a join, it
 * would read every answer of the person first. The count stands in the text, so that a plan made
 * for any values knows that it is small.
 */
export const walkQueue = ($: Placeholders, count: number, skipLocked: boolean) => query`
  SELECT ${q.project_id}, ${q.generation}, ${q.rank}, ${q.item_id}, ${q.origin}
  FROM ${q}
  WHERE ${q.project_id} = ${$.projectId} AND ${q.generation} = ${$.generation}
    AND ${q.open_slots} > 0
    AND NOT EXISTS (
      SELECT 1 FROM ${l}
      WHERE ${l.item_id} = ${q.item_id} AND ${l.user_id} = ${$.userId}
        AND ${l.ended_at} IS NULL OFFSET 0)
    AND NOT EXISTS (
      SELECT 1 FROM ${a}
      WHERE ${a.item_id} = ${q.item_id} AND ${a.user_id} = ${$.userId}
        AND ${a.kind} IN (${lit(a.kind, 'answer')}, ${lit(a.kind, 'skip')}) AND ${notSuperseded(a)} OFFSET 0)
  ORDER BY ${q.rank}
  LIMIT ${sql.lit(count)}
  FOR UPDATE OF q${skipLocked ? sql` SKIP LOCKED` : sql``}`;

type Take = Walk & { ids: readonly string[]; seconds: number };

const makeTake = (name: string, count: number, alone: boolean) =>
  named<Take>()(
    name,
    ($) => query`WITH picked AS (${walkQueue($, count, alone)}),
     taken AS (
       UPDATE ${q} SET ${entry.open_slots} = ${q.open_slots} - 1
       FROM picked
       WHERE ${q.project_id} = ${picked.project_id} AND ${q.generation} = ${picked.generation}
         AND ${q.rank} = ${picked.rank} AND ${q.item_id} = ${picked.item_id}
       RETURNING ${q.rank}, ${q.item_id}, ${q.origin}),
     numbered AS (
       SELECT taken.*, row_number() OVER (ORDER BY ${entry.rank}) AS place FROM taken),
     leased AS (
       INSERT INTO ${into(
         'lease',
         ...(['id', 'project_id', 'item_id', 'user_id', 'generation'] as const),
         ...(['rank', 'origin', 'expires_at'] as const),
       )}
       SELECT (${$.ids}::uuid[])[place], ${$.projectId}, ${entry.item_id}, ${$.userId},
         ${$.generation}, ${entry.rank}, ${entry.origin},
         now() + make_interval(secs => ${$.seconds})
       FROM numbered
       RETURNING *)
     SELECT ${LEASE} FROM leased ORDER BY ${lease.rank}`,
  );

/** By their names: a text is made once. */
const takes = new Map<string, NamedStatement<Take, LeaseRow>>();

function takeStatement(count: number, alone: boolean): NamedStatement<Take, LeaseRow> {
  const name = `take-${Math.trunc(count)}${alone ? '' : '-shared'}`;
  const made = takes.get(name) ?? makeTake(name, Math.trunc(count), alone);
  takes.set(name, made);
  return made;
}

/** Sends all it needs at once, so that a COMMIT may be sent behind it. */
async function takeBest(
  tx: Transaction,
  of: ServingProject,
  userId: string,
  count: number,
): Promise<LeaseRow[]> {
  if (count <= 0) return [];
  /*
   * With one answer per item, a locked entry is an entry that somebody is taking: to skip it is to
   * take the next best, and all leases together are exactly the best items. With several answers an
   * item, a locked entry may have room for us too: then calls go one after the other.
   */
  const alone = of.policies.overlap === 1;
  const served = alone ? null : lockServing(tx, of.id);
  const ids = Array.from({ length: count }, () => newId());
  const taken = runHot(tx, takeStatement(count, alone), {
    projectId: of.id,
    generation: of.generation,
    userId,
    ids,
    seconds: of.policies.leaseSeconds,
  });
  const [leases] = await Promise.all([taken, served]);
  return leases;
}

/*
 * Keeps alive what the person holds already, oldest first. After a reload the client knows nothing:
 * what was answered by others meanwhile is then let go instead of being shown again.
 */
const HELD = leaseFields(r);

const OPEN_CALL = named<{ projectId: string; userId: string; holding: readonly string[] }>()(
  'open-lease-call',
  ($) => query`WITH p AS (
     SELECT ${project.id}, ${project.generation}, ${project.policies} FROM ${project}
     WHERE ${project.id} = ${$.projectId}),
   mine AS (
     SELECT ${h.id} FROM ${h}
     WHERE ${h.project_id} = ${$.projectId} AND ${h.user_id} = ${$.userId} AND ${h.ended_at} IS NULL
     ORDER BY ${h.id} FOR UPDATE),
   renewed AS (
     UPDATE ${l}
     SET ${lease.expires_at} = now() + make_interval(secs =>
           coalesce((${p.policies}->>'leaseSeconds')::int, 300)),
         ${lease.ended_at} = CASE
           WHEN ${i.state} <> ${lit(i.state, 'pool')} AND ${l.id} <> ALL(${$.holding}::uuid[]) THEN now() END
     FROM p, mine, ${i}
     WHERE ${l.id} = ${mine.id} AND ${l.ended_at} IS NULL AND ${i.id} = ${l.item_id}
     RETURNING ${l.id}, ${l.item_id}, ${l.generation}, ${l.rank}, ${l.origin}, ${l.expires_at},
       ${l.ended_at}, ${l.created_at})
   SELECT ${row({
     id: p.id,
     generation: p.generation,
     policies: p.policies,
     held: sql<InJson<typeof HELD>[]>`coalesce((
       SELECT json_agg(${jsonObject(HELD)} ORDER BY ${r.created_at}, ${r.rank})
       FROM renewed r WHERE ${r.ended_at} IS NULL), '[]')`,
     expired: sql<boolean>`EXISTS (
       SELECT 1 FROM ${x}
       WHERE ${x.project_id} = ${$.projectId} AND ${x.user_id} <> ${$.userId}
         AND ${x.ended_at} IS NULL AND ${x.expires_at} <= now())`,
   })}
   FROM p`,
);

async function leaseBest(
  tx: Transaction,
  { projectId, userId, count, holding = [] }: LeaseRequest,
): Promise<LeaseRow[] | LastStatement<LeaseRow[]>> {
  const [, [call]] = await Promise.all([
    lockLeaseCall(tx, projectId, userId),
    runHot(tx, OPEN_CALL, { projectId, userId, holding }),
  ]);
  if (call === undefined) throw noProject(projectId);
  const policies = Policies.parse(call.policies);
  const served = { id: call.id, generation: call.generation, policies };
  if (call.expired) await sweepExpired(tx, served);
  const known = new Set(holding);
  const held = call.held
    .filter(({ id }) => !known.has(id))
    .map((held) => ({ ...held, expiresAt: new Date(held.expiresAt) }));
  const missing = count - call.held.length;
  const taken = takeBest(tx, served, userId, missing);
  // Only the queue of a cold start grows while it is served from.
  if (served.generation > 0) return new LastStatement(taken.then((fresh) => [...held, ...fresh]));
  const fresh = await taken;
  if (fresh.length < missing && (await fillColdStart(tx, served))) {
    fresh.push(...(await takeBest(tx, served, userId, missing - fresh.length)));
  }
  return [...held, ...fresh];
}

/**
 * Leases the best unserved items of the queue in use, so that the person holds `count` in all.
 * Answers the leases that the client does not know of yet: the new ones, and after a reload the
 * old.
 * A crash of the database may forget the leases of its last moment; the items are served again
 * then.
 * @see docs/decisions/0031
 */
export function leaseItems(database: Database, request: LeaseRequest): Promise<LeaseRow[]> {
  return database.transaction((tx) => leaseBest(tx, request), {
    durability: 'soon',
    byIndex: true,
  });
}
