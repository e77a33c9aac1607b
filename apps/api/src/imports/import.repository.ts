import { type Import, ImportId, ImportOptions, type ImportProblem } from '@dubio/contracts';
import { type Database, newId, type Queryable } from '@dubio/platform';
import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '../frame/tokens.js';

export type ImportRow = {
  id: string;
  state: Import['state'];
  fileName: string;
  options: unknown;
  contentKey: string | null;
  labelsKey: string | null;
  bytesTotal: string | null;
  bytesDone: string;
  rowsRead: number;
  rowsAdded: number;
  rowsDuplicate: number;
  rowsBad: number;
  error: string | null;
  createdAt: Date;
  finishedAt: Date | null;
};

export type ProblemRow = ImportProblem & { id: string };

const COLUMNS = `id, state, file_name AS "fileName", options, content_key AS "contentKey",
  labels_key AS "labelsKey", bytes_total AS "bytesTotal", bytes_done AS "bytesDone",
  rows_read AS "rowsRead", rows_added AS "rowsAdded", rows_duplicate AS "rowsDuplicate",
  rows_bad AS "rowsBad", error, created_at AS "createdAt", finished_at AS "finishedAt"`;

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

  async insert(
    tx: Queryable,
    source: { projectId: string; fileName: string; options: ImportOptions; userId: string },
  ): Promise<ImportRow> {
    const { rows } = await tx.query<ImportRow>(
      `INSERT INTO import (id, project_id, file_name, options, created_by_id)
       VALUES ($1, $2, $3, $4::jsonb, $5) RETURNING ${COLUMNS}`,
      [newId(), source.projectId, source.fileName, JSON.stringify(source.options), source.userId],
    );
    const row = rows[0];
    if (row === undefined) throw new Error('INSERT … RETURNING answered no row');
    return row;
  }

  async list(
    projectId: string,
    page: { before: readonly [string, string] | null; limit: number },
  ): Promise<ImportRow[]> {
    const { rows } = await this.database.pool.query<ImportRow>(
      `SELECT ${COLUMNS} FROM import WHERE project_id = $1
         AND ($2::timestamptz IS NULL OR (created_at, id) < ($2, $3::uuid))
       ORDER BY created_at DESC, id DESC LIMIT $4`,
      [projectId, page.before?.[0] ?? null, page.before?.[1] ?? null, page.limit + 1],
    );
    return rows;
  }

  async find(projectId: string, id: string): Promise<ImportRow | null> {
    return this.select(this.database.pool, projectId, id, '');
  }

  async lock(tx: Queryable, projectId: string, id: string): Promise<ImportRow | null> {
    return this.select(tx, projectId, id, 'FOR UPDATE');
  }

  /** Notes a part that has arrived whole. */
  async setPart(
    tx: Queryable,
    id: string,
    part: { column: 'content_key' | 'labels_key'; key: string; sizeBytes: number },
  ): Promise<void> {
    const total = part.column === 'content_key' ? ', bytes_total = $3' : '';
    await tx.query(
      `UPDATE import SET ${part.column} = $2${total} WHERE id = $1`,
      part.column === 'content_key' ? [id, part.key, part.sizeBytes] : [id, part.key],
    );
  }

  async setQueued(tx: Queryable, id: string): Promise<void> {
    await tx.query(`UPDATE import SET state = 'queued' WHERE id = $1`, [id]);
  }

  async listProblems(
    projectId: string,
    importId: string,
    page: { after: string; limit: number },
  ): Promise<ProblemRow[]> {
    const { rows } = await this.database.pool.query<ProblemRow>(
      `SELECT p.id::text, p.line, p.field, p.reason, p.sample FROM import_problem p
       WHERE p.project_id = $1 AND p.import_id = $2 AND p.id > $3::bigint ORDER BY p.id LIMIT $4`,
      [projectId, importId, page.after, page.limit + 1],
    );
    return rows;
  }

  private async select(
    queryable: Queryable,
    projectId: string,
    id: string,
    locking: string,
  ): Promise<ImportRow | null> {
    const { rows } = await queryable.query<ImportRow>(
      `SELECT ${COLUMNS} FROM import WHERE project_id = $1 AND id = $2 ${locking}`,
      [projectId, id],
    );
    return rows[0] ?? null;
  }
}
