import { type LeasedItem, LeaseId, type Uncertainty } from '@dubio/contracts';
import type { LeaseRow } from '@dubio/labelling';
import { type ItemRow, toItem } from '../items/item.mapper.js';
import type { LeasedRow } from './queue.repository.js';
import { shownOrigin } from './shown-origin.js';

/** The figures of a queue entry; null before the first model. */
export type FigureRow = Pick<
  LeasedRow,
  'total' | 'aleatoric' | 'epistemic' | 'quantile' | 'predicted' | 'mean' | 'votes'
>;

export function toUncertainty(row: FigureRow): Uncertainty | null {
  if (row.total === null || row.aleatoric === null || row.epistemic === null) return null;
  return {
    // Rounding may leave a difference of two equal sums a hair below zero.
    total: Math.max(0, row.total),
    aleatoric: Math.max(0, row.aleatoric),
    epistemic: Math.max(0, row.epistemic),
    predictedClass: row.predicted,
    mean: row.mean,
    votes: row.votes !== null && row.votes.length > 0 ? row.votes : null,
  };
}

export function toLeasedItem(
  lease: LeaseRow,
  item: ItemRow,
  figures: FigureRow | null,
): LeasedItem {
  return {
    leaseId: LeaseId.parse(lease.id),
    item: { ...toItem(item), label: null },
    origin: shownOrigin(lease.origin),
    rank: lease.rank,
    generation: lease.generation,
    expiresAt: lease.expiresAt.toISOString(),
    uncertainty: figures && toUncertainty(figures),
    epistemicQuantile: figures?.quantile ?? null,
  };
}
