import { listRows, type Queryable, query, row, sql, table } from '@dubio/platform';

/** One value of a source row, as it is shown and turned into features. */
export type Cell = string | number | null;

/** What a featuriser sees of an item. */
export type ItemContent = {
  readonly ordinal: number;
  readonly split: 'pool' | 'validation' | 'test';
  readonly payload: Readonly<Record<string, Cell>>;
  readonly blobKey: string | null;
};

const i = table('item', 'i');

const CONTENT = row({
  ordinal: i.ordinal,
  split: i.split,
  // Our own imports wrote the cells; to parse each of them again takes longer than to encode it.
  payload: sql<ItemContent['payload']>`${i.payload}`,
  blobKey: i.blob_key,
});

const PAGE_ROWS = 512;

/** Items of a range of ordinals in their order, a page at a time. */
export async function* listItems(
  db: Queryable,
  projectId: string,
  range: { from: number; to: number },
): AsyncGenerator<ItemContent> {
  for (let from = range.from; from < range.to; from += PAGE_ROWS) {
    const rows = await listRows(
      db,
      query`SELECT ${CONTENT} FROM ${i}
        WHERE ${i.project_id} = ${projectId} AND ${i.ordinal} >= ${from}
          AND ${i.ordinal} < ${Math.min(range.to, from + PAGE_ROWS)} ORDER BY ${i.ordinal}`,
    );
    yield* rows;
  }
}

/** Columns in the order of their names, numbers inside names by value: x.9 before x.10. */
export function compareNames(a: string, b: string): number {
  const [, headA = a, tailA] = /^(.*?)(\d+)$/.exec(a) ?? [];
  const [, headB = b, tailB] = /^(.*?)(\d+)$/.exec(b) ?? [];
  if (headA === headB && tailA !== undefined && tailB !== undefined) {
    const difference = Number(tailA) - Number(tailB);
    if (difference !== 0) return difference;
  }
  return a < b ? -1 : a > b ? 1 : 0;
}
