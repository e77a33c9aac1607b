import { ImportOptions, ItemKind, LabelSchema } from '@dubio/contracts';
import type { Queryable } from '@dubio/platform';
import { z } from 'zod';

/** What an import needs to know to go on where it stopped. */
export type ImportRow = {
  readonly id: string;
  readonly projectId: string;
  readonly fileName: string;
  readonly options: z.infer<typeof ImportOptions>;
  readonly contentKey: string | null;
  readonly labelsKey: string | null;
  readonly rowsRead: number;
  readonly itemKind: ItemKind;
  readonly labelSchema: LabelSchema;
  /** Earlier imports of a file of this name, so that their rows keep names of their own. */
  readonly sameNameBefore: number;
};

const Row = z.object({
  id: z.string(),
  project_id: z.string(),
  file_name: z.string(),
  options: ImportOptions,
  content_key: z.string().nullable(),
  labels_key: z.string().nullable(),
  rows_read: z.int(),
  item_kind: ItemKind,
  label_schema: LabelSchema,
  same_name_before: z.int(),
});

export async function getImport(db: Queryable, importId: string): Promise<ImportRow> {
  const { rows } = await db.query(
    `SELECT i.id, i.project_id, i.file_name, i.options, i.content_key, i.labels_key, i.rows_read,
            p.item_kind, p.label_schema,
            (SELECT count(*)::int FROM import o WHERE o.project_id = i.project_id
               AND o.file_name = i.file_name AND (o.created_at, o.id) < (i.created_at, i.id)) AS same_name_before
       FROM import i JOIN project p ON p.id = i.project_id WHERE i.id = $1`,
    [importId],
  );
  if (rows.length === 0) throw new Error(`Import ${importId} is gone.`);
  const row = Row.parse(rows[0]);
  return {
    id: row.id,
    projectId: row.project_id,
    fileName: row.file_name,
    options: row.options,
    contentKey: row.content_key,
    labelsKey: row.labels_key,
    rowsRead: row.rows_read,
    itemKind: row.item_kind,
    labelSchema: row.label_schema,
    sameNameBefore: row.same_name_before,
  };
}
