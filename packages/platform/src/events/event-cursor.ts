import { ProjectEvent } from '@dubio/contracts';
import type { Queryable } from '../database/queryable.js';
import {
  findRow,
  getRow,
  listRows,
  query,
  row,
  type ShapeOf,
  sql,
  table,
} from '../database/sql.js';

/**
 * A place in the stream of events: the writing transaction, then the row. Row ids alone would not
 * do: they are handed out before the commit, so a reader that has seen 8 could still be sent 7.
 */
export type EventCursor = { txid: string; id: string };
export type StoredEvent = { cursor: EventCursor; projectId: string; event: ProjectEvent };

const e = table('outbox_event', 'e');
const EVENT = row({ id: e.id, txid: e.txid, projectId: e.project_id, data: e.data });

type EventRow = ShapeOf<typeof EVENT>;

const PAGE = 500;
/*
 * The oldest transaction that may still write an event. Snapshots know those of the whole server; one
 * that is known to run in another database can write none here. Who runs is looked at after the
 * snapshot was taken, so a transaction that is not found any more still holds back.
 */
const HORIZON = sql`coalesce(
  (SELECT running FROM pg_snapshot_xip(pg_current_snapshot()) AS running
   WHERE running::xid NOT IN (
     SELECT backend_xid FROM pg_stat_activity
     WHERE backend_xid IS NOT NULL AND datname <> current_database())
   ORDER BY running LIMIT 1),
  pg_snapshot_xmax(pg_current_snapshot()))`;
const FORMAT = /^(\d{1,20})-(\d{1,19})$/;

export const formatCursor = (cursor: EventCursor): string => `${cursor.txid}-${cursor.id}`;

/** Null when the text is no cursor; browsers send back whatever they were given. */
export function parseCursor(text: string): EventCursor | null {
  const match = FORMAT.exec(text);
  return match === null ? null : { txid: match[1] ?? '0', id: match[2] ?? '0' };
}

function toStoredEvents(rows: EventRow[]): StoredEvent[] {
  return rows.flatMap((row) => {
    const event = ProjectEvent.safeParse(row.data);
    // A newer version may have written kinds of events that this one does not know.
    if (!event.success) return [];
    return [
      { cursor: { txid: row.txid, id: row.id }, projectId: row.projectId, event: event.data },
    ];
  });
}

/** Where a reader begins that wants only what is committed from now on. */
export async function readHorizon(database: Queryable): Promise<EventCursor> {
  const { txid } = await getRow(database, query`SELECT ${row({ txid: sql<string>`${HORIZON}` })}`);
  return { txid, id: '0' };
}

export type EventPage = { events: StoredEvent[]; next: EventCursor; full: boolean };

const toPage = (rows: EventRow[], after: EventCursor): EventPage => {
  const last = rows.at(-1);
  return {
    events: toStoredEvents(rows),
    next: last === undefined ? after : { txid: last.txid, id: last.id },
    full: rows.length === PAGE,
  };
};

/** A place as a value of the two columns that order events. */
const placeOf = ({ txid, id }: EventCursor) => sql`(${txid}::xid8, ${id}::bigint)`;
const PLACE = sql`(${e.txid}, ${e.id})`;
const IN_ORDER = sql`ORDER BY ${e.txid}, ${e.id} LIMIT ${sql.lit(PAGE)}`;

/**
 * The next events of all projects below the horizon: no transaction that is still running can put a
 * row before them any more, so nothing is passed over.
 */
export async function readEvents(database: Queryable, after: EventCursor): Promise<EventPage> {
  const rows = await listRows(
    database,
    query`SELECT ${EVENT} FROM ${e}
      WHERE ${PLACE} > ${placeOf(after)} AND ${e.txid} < ${HORIZON} ${IN_ORDER}`,
  );
  return toPage(rows, after);
}

/** Whether committed rows wait above the horizon for an older transaction to end. */
export async function hasEventsAboveHorizon(database: Queryable): Promise<boolean> {
  const waiting = query`SELECT ${row({ id: e.id })} FROM ${e} WHERE ${e.txid} >= ${HORIZON} LIMIT 1`;
  return (await findRow(database, waiting)) !== null;
}

/**
 * Events of one project after one place, up to and with another: what a returning reader missed.
 */
export async function readMissedEvents(
  database: Queryable,
  projectId: string,
  range: { after: EventCursor; upTo: EventCursor },
): Promise<EventPage> {
  const rows = await listRows(
    database,
    query`SELECT ${EVENT} FROM ${e}
      WHERE ${e.project_id} = ${projectId}::uuid AND ${PLACE} > ${placeOf(range.after)}
        AND ${PLACE} <= ${placeOf(range.upTo)} ${IN_ORDER}`,
  );
  return toPage(rows, range.after);
}
