import { Answer, LabelSource } from '@dubio/contracts';
import {
  type Database,
  execute,
  getRow,
  listRows,
  optionalTable,
  type Queryable,
  query,
  row,
  type ShapeOf,
  type Statement,
  sql,
  table,
} from '@dubio/platform';
import { Inject, Injectable } from '@nestjs/common';
import { isBefore } from '../frame/keyset.js';
import { DATABASE } from '../frame/tokens.js';

const l = table('label', 'l');
const i = table('item', 'i');
const p = table('project', 'p');
const v = table('label_version', 'v');
const u = optionalTable('user', 'u');

const LABEL = row({
  itemId: l.item_id,
  externalId: i.external_id,
  split: i.split,
  answer: l.answer,
  confidence: l.confidence,
  annotations: l.annotations,
  origin: l.origin,
  source: l.source,
  updatedAt: l.updated_at,
});
const LABELS = sql`${l} JOIN ${i} ON ${i.id} = ${l.item_id}`;
const FETCH_ROWS = 5000;

type StoredLabel = ShapeOf<typeof LABEL>;

const toLabelRow = (stored: StoredLabel) => ({
  ...stored,
  answer: Answer.parse(stored.answer),
  source: LabelSource.parse(stored.source),
});

export type LabelRow = ReturnType<typeof toLabelRow>;

const VERSION = {
  answer: v.answer,
  source: v.source,
  annotations: v.annotations,
  note: v.note,
  changedById: v.changed_by_id,
  changedByName: u.name,
  updatedAt: v.updated_at,
};

type At = { projectId: string; itemId: string };

@Injectable()
export class LabelRepository {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  async list(
    projectId: string,
    page: { before: readonly [string, string] | null; limit: number },
  ): Promise<LabelRow[]> {
    const found = await listRows(
      this.database.pool,
      query`SELECT ${LABEL} FROM ${LABELS}
        WHERE ${l.project_id} = ${projectId} AND ${isBefore(l.updated_at, l.item_id, page.before)}
        ORDER BY ${l.updated_at} DESC, ${l.item_id} DESC LIMIT ${page.limit + 1}`,
    );
    return found.map(toLabelRow);
  }

  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    return this.database.transaction(work);
  }

  async get(tx: Queryable, at: At): Promise<LabelRow> {
    const found = await getRow(
      tx,
      query`SELECT ${LABEL} FROM ${LABELS}
        WHERE ${l.project_id} = ${at.projectId} AND ${l.item_id} = ${at.itemId}`,
    );
    return toLabelRow(found);
  }

  /** What the label of an item is and was, newest first. */
  async listVersions(at: At) {
    const of = sql`${v.project_id} = ${at.projectId} AND ${v.item_id} = ${at.itemId}`;
    const found = await listRows(
      this.database.pool,
      query`SELECT ${row({ ...VERSION, replacedAt: sql<Date | null>`${v.replaced_at}` })}
        FROM (
          SELECT ${v.project_id}, ${v.item_id}, ${v.answer}, ${v.source}, ${v.annotations},
            ${v.note}, ${v.changed_by_id}, ${v.updated_at}, ${v.replaced_at}, ${v.id}
          FROM ${v} WHERE ${of}
          UNION ALL
          SELECT ${l.project_id}, ${l.item_id}, ${l.answer}, ${l.source}, ${l.annotations},
            ${l.note}, ${l.changed_by_id}, ${l.updated_at}, NULL, NULL
          FROM ${l} WHERE ${l.project_id} = ${at.projectId} AND ${l.item_id} = ${at.itemId}) AS v
        LEFT JOIN ${u} ON ${u.id} = ${v.changed_by_id}
        ORDER BY ${v.id} DESC NULLS FIRST`,
    );
    return found.map((version) => ({
      ...version,
      answer: Answer.parse(version.answer),
      source: LabelSource.parse(version.source),
    }));
  }

  /** Names of the fields that answers have, in the order of the label schema. */
  async fieldNames(projectId: string): Promise<string[]> {
    const names = await listRows(
      this.database.pool,
      query`SELECT ${row({ name: sql<string>`field->>'name'` })}
       FROM ${p}, jsonb_array_elements(${p.label_schema}->'fields') WITH ORDINALITY AS f(field, at)
       WHERE ${p.id} = ${projectId} ORDER BY at`,
    );
    return names.map(({ name }) => name);
  }

  /** All labels in import order, as one snapshot, page after page through a cursor. */
  async *stream(projectId: string): AsyncGenerator<LabelRow[]> {
    const client = await this.database.pool.connect();
    try {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      await execute(
        client,
        query`DECLARE labels NO SCROLL CURSOR FOR SELECT ${LABEL} FROM ${LABELS}
          WHERE ${l.project_id} = ${projectId} ORDER BY ${i.ordinal}`,
      );
      const next: Statement<StoredLabel> = sql`FETCH ${sql.lit(FETCH_ROWS)} FROM labels`;
      for (;;) {
        const rows = await listRows(client, next);
        if (rows.length > 0) yield rows.map(toLabelRow);
        if (rows.length < FETCH_ROWS) return;
      }
    } finally {
      // Also when the reader went away in the middle: the snapshot ends with it.
      await client.query('ROLLBACK').catch(() => {});
      client.release();
    }
  }
}
