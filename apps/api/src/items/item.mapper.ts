import { type Answer, type Item, ItemId, type ItemKind } from '@dubio/contracts';

/** An item as the repositories read it, with the kind of its project and its agreed answer. */
export type ItemRow = {
  id: string;
  projectId: string;
  externalId: string;
  ordinal: number;
  kind: ItemKind;
  split: Item['split'];
  state: Item['state'];
  payload: Item['payload'];
  label: Answer | null;
  createdAt: Date;
};

/** Columns of `ItemRow`, from `item i JOIN project p LEFT JOIN label l`. */
export const ITEM_COLUMNS = `i.id, i.project_id AS "projectId", i.external_id AS "externalId",
  i.ordinal, p.item_kind AS kind, i.split, i.state, i.payload, l.answer AS label,
  i.created_at AS "createdAt"`;
export const ITEM_TABLES = `item i JOIN project p ON p.id = i.project_id
  LEFT JOIN label l ON l.item_id = i.id`;

export const imageUrl = (projectId: string, itemId: string): string =>
  `/api/v1/projects/${projectId}/items/${itemId}/image`;

export function toItem(row: ItemRow): Item {
  return {
    id: ItemId.parse(row.id),
    externalId: row.externalId,
    ordinal: row.ordinal,
    kind: row.kind,
    split: row.split,
    state: row.state,
    payload: row.payload,
    imageUrl: row.kind === 'image' ? imageUrl(row.projectId, row.id) : null,
    label: row.label,
    createdAt: row.createdAt.toISOString(),
  };
}
