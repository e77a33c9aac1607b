import { interleave } from '@dubio/active-learning';
import { stream, subset } from '@dubio/bayes-core';
import { Policies } from '@dubio/contracts';
import type { QueueEntryInput } from '@dubio/labelling';
import { findRow, listRows, lit, type Queryable, query, row, sql, table } from '@dubio/platform';
import type { Services } from '../services.js';
import { findUsableFeatureSet } from './feature-set.repository.js';
import { featureSourceOf } from './feature-source.js';

/**
 * A larger pool is clustered by as many of its items, drawn at random: the time must not grow with
 * the pool.
 */
const MOST_CLUSTERED = 3_000;
const MOST_KNOWN = 500;
/** Kinds of items looked for where no round is started by a number of labels. */
const DEFAULT_KINDS = 20;

type Waiting = {
  readonly seed: number;
  readonly policies: Policies;
  /** Items that no queue holds, in an order drawn by the seed of the project. */
  readonly open: readonly { readonly id: string; readonly ordinal: number }[];
  readonly known: readonly number[];
  /** How many the queue still takes. */
  readonly room: number;
};

/**
 * The queue before the first model: typical items of different kinds among those that no queue
 * holds yet, and the control share drawn at random between them. Empty once a round has been ready.
 */
export async function planColdStart(
  { database, compute }: Pick<Services, 'database' | 'compute'>,
  projectId: string,
  signal: AbortSignal,
): Promise<QueueEntryInput[]> {
  const db: Queryable = database.pool;
  const waiting = await findWaiting(db, projectId);
  const set = await findUsableFeatureSet(db, projectId);
  if (waiting === null || set === null) return [];
  const { seed, policies, open, known, room } = waiting;
  const inReach = open.filter(({ ordinal }) => ordinal < set.rows);
  const length = Math.min(room, inReach.length);
  if (length === 0) return [];
  // The order is drawn, so any stretch of it is a draw: the control share comes from its end.
  const controls = inReach.splice(inReach.length - Math.round(length * policies.controlShare));
  const chosen = await compute.run(
    'cold-start',
    {
      features: await featureSourceOf(db, set.id),
      ordinals: Int32Array.from(inReach, ({ ordinal }) => ordinal).sort(),
      known: Int32Array.from(known.filter((ordinal) => ordinal < set.rows)),
      kinds: policies.retrainAfterLabels ?? DEFAULT_KINDS,
      count: length - controls.length,
      seed,
    },
    { signal },
  );
  const idOf = new Map(inReach.map(({ id, ordinal }) => [ordinal, id]));
  const diverse = Array.from(
    chosen.ordinals,
    (ordinal, place): QueueEntryInput => ({
      itemId: idOf.get(ordinal)!,
      origin: 'cold-start',
      score: chosen.typicality[place]!,
    }),
  );
  const random = controls.map(({ id }): QueueEntryInput => ({ itemId: id, origin: 'control' }));
  return interleave(diverse, random);
}

const p = table('project', 'p');
const item = table('item', 'i');
const q = table('queue_entry', 'q');

const PROJECT = row({
  generation: p.generation,
  policies: p.policies,
  seed: p.seed,
  queued: sql<number>`(SELECT count(*)::int FROM ${q}
    WHERE ${q.project_id} = ${p.id} AND ${q.generation} = 0 AND ${q.open_slots} > 0)`,
});

async function findWaiting(db: Queryable, projectId: string): Promise<Waiting | null> {
  const project = await findRow(
    db,
    query`SELECT ${PROJECT} FROM ${p} WHERE ${p.id} = ${projectId}`,
  );
  if (project === null || project.generation > 0) return null;
  const policies = Policies.parse(project.policies);
  const room = Math.max(0, policies.queueSize - project.queued);
  const isQueued = sql`EXISTS (SELECT 1 FROM ${q} WHERE ${q.project_id} = ${projectId}
    AND ${q.generation} = 0 AND ${q.item_id} = ${item.id})`;
  const isOfPool = sql`${item.project_id} = ${projectId} AND ${item.split} = ${lit(item.split, 'pool')}`;
  const open = await listRows(
    db,
    query`SELECT ${row({ id: item.id, ordinal: item.ordinal })} FROM ${item}
      WHERE ${isOfPool} AND ${item.state} = ${lit(item.state, 'pool')} AND NOT ${isQueued}
      ORDER BY hashtextextended('cold-start:' || ${item.ordinal}, ${project.seed}), ${item.ordinal}
      LIMIT ${Math.max(MOST_CLUSTERED, room)}`,
  );
  const known = await listRows(
    db,
    query`SELECT ${row({ ordinal: item.ordinal })} FROM ${item}
      WHERE ${isOfPool} AND (${item.state} <> ${lit(item.state, 'pool')} OR ${isQueued})
      ORDER BY ${item.ordinal}`,
  );
  const source = stream(project.seed).split('cold-start-known');
  const some = subset(source, known.length, Math.min(MOST_KNOWN, known.length));
  return { ...project, policies, room, open, known: Array.from(some, (i) => known[i]!.ordinal) };
}
