import { Answer, Item, ItemId, ItemKind } from '@dubio/contracts';
import { optionalTable, row, type ShapeOf, sql, table } from '@dubio/platform';

const i = table('item', 'i');
const p = table('project', 'p');
const l = optionalTable('label', 'l');

/** What is read of an item, with the kind of its project and its agreed answer. */
export const ITEM_COLUMNS = {
  id: i.id,
  projectId: i.project_id,
  externalId: i.external_id,
  ordinal: i.ordinal,
  kind: p.item_kind,
  split: i.split,
  state: i.state,
  payload: i.payload,
  label: l.answer,
  createdAt: i.created_at,
};
const ITEM = row(ITEM_COLUMNS);

/** Behind `item i`, what else `ITEM_COLUMNS` are read from. */
export const ITEM_JOINS = sql`JOIN ${p} ON ${p.id} = ${i.project_id}
  LEFT JOIN ${l} ON ${l.item_id} = ${i.id}`;

export type ItemRow = ShapeOf<typeof ITEM>;

export const imageUrl = (projectId: string, itemId: string): string =>
  `/api/v1/projects/${projectId}/items/${itemId}/image`;

export function toItem(row: ItemRow): Item {
  const kind = ItemKind.parse(row.kind);
  return {
    id: ItemId.parse(row.id),
    externalId: row.externalId,
    ordinal: row.ordinal,
    kind,
    split: row.split,
    state: row.state,
    payload: Item.shape.payload.parse(row.payload),
    imageUrl: kind === 'image' ? imageUrl(row.projectId, row.id) : null,
    label: row.label === null ? null : Answer.parse(row.label),
    createdAt: row.createdAt.toISOString(),
  };
}
