import { ItemId, type Label } from '@dubio/contracts';
import type { LabelRow } from './label.repository.js';

export const toLabel = (row: LabelRow): Label => ({
  ...row,
  itemId: ItemId.parse(row.itemId),
  updatedAt: row.updatedAt.toISOString(),
});
