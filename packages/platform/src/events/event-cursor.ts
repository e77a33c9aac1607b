import { ProjectEvent } from '@dubio/contracts';
import type { Queryable } from '../database/queryable.js';

/**
 * A place in the stream of events: the writing transaction, then the row. Row ids alone would not do: they are
 * handed out before the commit, so a reader that has seen 8 could still be sent 7.
 */
export type EventCursor = { txid: string; id: string };
export type StoredEvent = { cursor: EventCursor; projectId: string; event: ProjectEvent };

type EventRow = { id: string; txid: string; projectId: string; data: unknown };

const PAGE = 500;
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
  const { rows } = await database.query<{ txid: string }>(
    'SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS txid',
  );
  return { txid: rows[0]?.txid ?? '0', id: '0' };
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

const COLUMNS = 'e.id::text, e.txid::text, e.project_id AS "projectId", e.data';
// Without the qualifier the names would mean the texts above, and texts sort 1000 before 999.
const ORDER = 'ORDER BY e.txid, e.id';

/**
 * The next events of all projects below the horizon: no transaction that is still running can put a row before
 * them any more, so nothing is passed over.
 */
export async function readEvents(database: Queryable, after: EventCursor): Promise<EventPage> {
  const { rows } = await database.query<EventRow>(
    `SELECT ${COLUMNS} FROM outbox_event e
     WHERE (e.txid, e.id) > ($1::xid8, $2::bigint)
       AND e.txid < pg_snapshot_xmin(pg_current_snapshot())
     ${ORDER} LIMIT ${PAGE}`,
    [after.txid, after.id],
  );
  return toPage(rows, after);
}

/** Whether committed rows wait above the horizon for an older transaction to end. */
export async function hasEventsAboveHorizon(database: Queryable): Promise<boolean> {
  const { rows } = await database.query<{ waiting: boolean }>(
    `SELECT EXISTS (SELECT 1 FROM outbox_event
       WHERE txid >= pg_snapshot_xmin(pg_current_snapshot())) AS waiting`,
  );
  return rows[0]?.waiting ?? false;
}

/** Events of one project after one place, up to and with another: what a returning reader missed. */
export async function readMissedEvents(
  database: Queryable,
  projectId: string,
  range: { after: EventCursor; upTo: EventCursor },
): Promise<EventPage> {
  const { rows } = await database.query<EventRow>(
    `SELECT ${COLUMNS} FROM outbox_event e
     WHERE e.project_id = $1::uuid AND (e.txid, e.id) > ($2::xid8, $3::bigint)
       AND (e.txid, e.id) <= ($4::xid8, $5::bigint)
     ${ORDER} LIMIT ${PAGE}`,
    [projectId, range.after.txid, range.after.id, range.upTo.txid, range.upTo.id],
  );
  return toPage(rows, range.after);
}
