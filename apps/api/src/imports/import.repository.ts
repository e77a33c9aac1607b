import { type Import, ImportId, ImportOptions } from '@dubio/contracts';
import {
  type Database,
  db,
  execute,
  findRow,
  getRow,
  listRows,
  newId,
  type Queryable,
  query,
  row,
  type ShapeOf,
  table,
} from '@dubio/platform';
import { Inject, Injectable } from '@nestjs/common';
import { isBefore } from '../frame/keyset.js';
import { DATABASE } from '../frame/tokens.js';

const COLUMNS = [
  'id',
  'state',
  'file_name as fileName',
  'options',
  'content_key as contentKey',
  'labels_key as labelsKey',
  'bytes_total as bytesTotal',
  'bytes_done as bytesDone',
  'rows_read as rowsRead',
  'rows_added as rowsAdded',
  'rows_duplicate as rowsDuplicate',
  'rows_bad as rowsBad',
  'error',
  'created_at as createdAt',
  'finished_at as finishedAt',
] as const;
const IMPORTS = db.selectFrom('import').select(COLUMNS);
const i = table('import');

export type ImportRow = ShapeOf<typeof IMPORTS>;

const p = table('import_problem', 'p');
const PROBLEM = row({ id: p.id, line: p.line, field: p.field, reason: p.reason, sample: p.sample });

export type ProblemRow = ShapeOf<typeof PROBLEM>;

export function toImport(row: ImportRow): Import {
  const { contentKey: _content, labelsKey: _labels, ...rest } = row;
  return {
    ...rest,
    id: ImportId.parse(row.id),
    options: ImportOptions.parse(row.options),
    bytesTotal: row.bytesTotal === null ? null : Number(row.bytesTotal),
    bytesDone: Number(row.bytesDone),
    createdAt: row.createdAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}

@Injectable()
export class ImportRepository {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    return this.database.transaction(work);
  }

  insert(
    tx: Queryable,
    source: { projectId: string; fileName: string; options: ImportOptions; userId: string },
  ): Promise<ImportRow> {
    return getRow(
      tx,
      db
        .insertInto('import')
        .values({
          id: newId(),
          project_id: source.projectId,
          file_name: source.fileName,
          options: JSON.stringify(source.options),
          created_by_id: source.userId,
        })
        .returning(COLUMNS),
    );
  }

  list(
    projectId: string,
    page: { before: readonly [string, string] | null; limit: number },
  ): Promise<ImportRow[]> {
    return listRows(
      this.database.pool,
      IMPORTS.where('project_id', '=', projectId)
        .where(isBefore(i.created_at, i.id, page.before))
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(page.limit + 1),
    );
  }

  find(projectId: string, id: string): Promise<ImportRow | null> {
    const one = IMPORTS.where('project_id', '=', projectId).where('id', '=', id);
    return findRow(this.database.pool, one);
  }

  lock(tx: Queryable, projectId: string, id: string): Promise<ImportRow | null> {
    const one = IMPORTS.where('project_id', '=', projectId).where('id', '=', id);
    return findRow(tx, one.forUpdate());
  }

  /** Notes a part that has arrived whole. */
  async setPart(
    tx: Queryable,
    id: string,
    part: { column: 'content_key' | 'labels_key'; key: string; sizeBytes: number },
  ): Promise<void> {
    const arrived =
      part.column === 'content_key'
        ? { content_key: part.key, bytes_total: part.sizeBytes }
        : { labels_key: part.key };
    await execute(tx, db.updateTable('import').set(arrived).where('id', '=', id));
  }

  async setQueued(tx: Queryable, id: string): Promise<void> {
    await execute(tx, db.updateTable('import').set({ state: 'queued' }).where('id', '=', id));
  }

  listProblems(
    projectId: string,
    importId: string,
    page: { after: string; limit: number },
  ): Promise<ProblemRow[]> {
    return listRows(
      this.database.pool,
      query`SELECT ${PROBLEM} FROM ${p}
        WHERE ${p.project_id} = ${projectId} AND ${p.import_id} = ${importId}
          AND ${p.id} > ${page.after}::bigint
        ORDER BY ${p.id} LIMIT ${page.limit + 1}`,
    );
  }
}
