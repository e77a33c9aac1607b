import { z } from 'zod';

export type Cell = string | number | null;

const NumberColumn = z.object({
  kind: z.literal('number'),
  name: z.string(),
  mean: z.number(),
  deviation: z.number().gt(0),
  /** Some rows have no value here: one feature more says so, the value itself becomes the mean. */
  missing: z.boolean(),
});
const CategoryColumn = z.object({
  kind: z.literal('category'),
  name: z.string(),
  values: z.array(z.string()),
});

/** What was learned about a table on the pool; the `fitted` of its feature set. */
export const TableFitted = z.object({
  columns: z.array(z.discriminatedUnion('kind', [NumberColumn, CategoryColumn])),
  /** Columns that carry nothing to learn from, with the reason. */
  ignored: z.array(z.object({ name: z.string(), reason: z.string() })),
});
export type TableFitted = z.infer<typeof TableFitted>;

/** Features that a column takes. */
export const columnWidth = (column: TableFitted['columns'][number]): number => {
  if (column.kind === 'category') return column.values.length;
  return column.missing ? 2 : 1;
};

/** Puts the features of one row at `at`: numbers standardised, a category as one of its values. */
export function encodeTable(
  fitted: TableFitted,
  row: Readonly<Record<string, Cell>>,
  into: Uint8Array | Float32Array,
  at: number,
): void {
  let place = at;
  for (const column of fitted.columns) {
    const cell = row[column.name] ?? null;
    if (column.kind === 'category') {
      const hit = cell === null ? -1 : column.values.indexOf(String(cell));
      if (hit >= 0) into[place + hit] = 1;
    } else {
      const known = typeof cell === 'number';
      into[place] = known ? (cell - column.mean) / column.deviation : 0;
      if (column.missing) into[place + 1] = known ? 0 : 1;
    }
    place += columnWidth(column);
  }
}
