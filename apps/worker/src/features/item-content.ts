import type { Queryable } from '@dubio/platform';

/** One value of a source row, as it is shown and turned into features. */
export type Cell = string | number | null;

/** What a featuriser sees of an item. */
export type ItemContent = {
  readonly ordinal: number;
  readonly split: 'pool' | 'validation' | 'test';
  readonly payload: Readonly<Record<string, Cell>>;
  readonly blobKey: string | null;
};

const PAGE_ROWS = 512;

/** Items of a range of ordinals in their order, a page at a time. */
export async function* listItems(
  db: Queryable,
  projectId: string,
  range: { from: number; to: number },
): AsyncGenerator<ItemContent> {
  for (let from = range.from; from < range.to; from += PAGE_ROWS) {
    const { rows } = await db.query<{
      ordinal: number;
      split: ItemContent['split'];
      payload: Record<string, Cell>;
      blob_key: string | null;
    }>(
      `SELECT ordinal, split, payload, blob_key FROM item
        WHERE project_id = $1 AND ordinal >= $2 AND ordinal < $3 ORDER BY ordinal`,
      [projectId, from, Math.min(range.to, from + PAGE_ROWS)],
    );
    for (const row of rows) {
      yield {
        ordinal: row.ordinal,
        split: row.split,
        payload: row.payload,
        blobKey: row.blob_key,
      };
    }
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
