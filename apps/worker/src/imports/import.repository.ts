import { ImportOptions, ItemKind, LabelSchema } from '@dubio/contracts';
import { findRow, type Queryable, query, row, sql, table } from '@dubio/platform';
import type { z } from 'zod';

/** What an import needs to know to go on where it stopped. */
export type ImportRow = {
  readonly id: string;
  readonly projectId: string;
  readonly fileName: string;
  readonly options: z.infer<typeof ImportOptions>;
  readonly contentKey: string | null;
  readonly labelsKey: string | null;
  readonly rowsRead: number;
  readonly rowsBad: number;
  readonly itemKind: ItemKind;
  readonly labelSchema: LabelSchema;
  /** Earlier imports of a file of this name, so that their rows keep names of their own. */
  readonly sameNameBefore: number;
};

const i = table('import', 'i');
const p = table('project', 'p');
const o = table('import', 'o');

const IMPORT = row({
  id: i.id,
  projectId: i.project_id,
  fileName: i.file_name,
  options: i.options,
  contentKey: i.content_key,
  labelsKey: i.labels_key,
  rowsRead: i.rows_read,
  rowsBad: i.rows_bad,
  itemKind: p.item_kind,
  labelSchema: p.label_schema,
  sameNameBefore: sql<number>`(SELECT count(*)::int FROM ${o}
    WHERE ${o.project_id} = ${i.project_id} AND ${o.file_name} = ${i.file_name}
      AND (${o.created_at}, ${o.id}) < (${i.created_at}, ${i.id}))`,
});

export async function getImport(db: Queryable, importId: string): Promise<ImportRow> {
  const found = await findRow(
    db,
    query`SELECT ${IMPORT} FROM ${i} JOIN ${p} ON ${p.id} = ${i.project_id}
      WHERE ${i.id} = ${importId}`,
  );
  if (found === null) throw new Error(`Import ${importId} is gone.`);
  return {
    ...found,
    options: ImportOptions.parse(found.options),
    itemKind: ItemKind.parse(found.itemKind),
    labelSchema: LabelSchema.parse(found.labelSchema),
  };
}
