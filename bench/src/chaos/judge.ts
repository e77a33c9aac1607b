import {
  columnsOf,
  type Database,
  getRow,
  listRows,
  lit,
  query,
  row,
  sql,
  table,
} from '@dubio/platform';
import type { Acknowledged } from './ledger.js';

export type Judgement = {
  readonly acknowledged: number;
  readonly stored: number;
  /** Acknowledged answers that are not there, and agreed answers without their label. */
  readonly lost: number;
  /** Items with more counted answers than asked for, and people with two answers to one item. */
  readonly doubled: number;
  /** Stored though nobody was told so: calls that were cut off at the very end. */
  readonly unacknowledged: number;
};

const a = table('annotation', 'a');
const b = table('annotation', 'b');
const i = table('item', 'i');
const p = table('project', 'p');
const l = table('label', 'l');
const known = columnsOf('annotation', 'known');

const stands = sql<boolean>`NOT EXISTS (
  SELECT 1 FROM ${b} WHERE ${b.supersedes_id} = ${a.id})`;
const isAnswer = sql<boolean>`${a.kind} = ${lit(a.kind, 'answer')}`;
const asked = sql<number>`(${p.policies}->>'overlap')::int`;

/** Answers of each item that count towards what it was asked. */
const counted = (projectIds: readonly string[]) => query`
  SELECT ${row({ itemId: i.id, overlap: asked, count: sql<number>`count(*)::int` })}
  FROM ${a} JOIN ${i} ON ${i.id} = ${a.item_id} JOIN ${p} ON ${p.id} = ${a.project_id}
  WHERE ${a.project_id} = ANY(${projectIds}::uuid[])
    AND ${isAnswer} AND NOT ${a.extra} AND ${stands}
  GROUP BY ${i.id}, ${p.id}`;

async function countLost(db: Database, projectIds: readonly string[]): Promise<number> {
  const labelled = await listRows(
    db.pool,
    query`SELECT ${row({ itemId: l.item_id })} FROM ${l}
      WHERE ${l.project_id} = ANY(${projectIds}::uuid[])`,
  );
  const ids = new Set(labelled.map(({ itemId }) => itemId));
  const items = await listRows(db.pool, counted(projectIds));
  return items.filter(({ itemId, overlap, count }) => count >= overlap && !ids.has(itemId)).length;
}

async function countDoubled(db: Database, projectIds: readonly string[]): Promise<number> {
  const items = await listRows(db.pool, counted(projectIds));
  const people = await listRows(
    db.pool,
    query`SELECT ${row({ itemId: a.item_id })} FROM ${a}
      WHERE ${a.project_id} = ANY(${projectIds}::uuid[])
        AND ${a.kind} IN (${lit(a.kind, 'answer')}, ${lit(a.kind, 'skip')}) AND ${stands}
      GROUP BY ${a.item_id}, ${a.user_id} HAVING count(*) > 1`,
  );
  return items.filter(({ overlap, count }) => count > overlap).length + people.length;
}

/** Compares what people were told with what the database holds. */
export async function judge(
  db: Database,
  projectIds: readonly string[],
  acknowledged: readonly Pick<Acknowledged, 'key' | 'userId' | 'itemId'>[],
): Promise<Judgement> {
  const { stored } = await getRow(
    db.pool,
    query`SELECT ${row({ stored: sql<number>`count(*)::int` })}
      FROM unnest(${acknowledged.map(({ key }) => key)}::uuid[],
        ${acknowledged.map(({ userId }) => userId)}::uuid[],
        ${acknowledged.map(({ itemId }) => itemId)}::uuid[]) AS known(key, user_id, item_id)
      JOIN ${a} ON ${a.key} = ${known.key} AND ${a.user_id} = ${known.user_id}
        AND ${a.item_id} = ${known.item_id} AND ${a.project_id} = ANY(${projectIds}::uuid[])`,
  );
  const { all } = await getRow(
    db.pool,
    query`SELECT ${row({ all: sql<number>`count(*)::int` })} FROM ${a}
      WHERE ${a.project_id} = ANY(${projectIds}::uuid[])
        AND ${a.kind} IN (${lit(a.kind, 'answer')}, ${lit(a.kind, 'skip')})`,
  );
  const missing = acknowledged.length - stored;
  return {
    acknowledged: acknowledged.length,
    stored,
    lost: missing + (await countLost(db, projectIds)),
    doubled: await countDoubled(db, projectIds),
    unacknowledged: all - stored,
  };
}
