import { type Columns, row, type ShapeOf, table } from '@dubio/platform';

export const leaseFields = (of: Columns<'lease'>) => ({
  id: of.id,
  itemId: of.item_id,
  generation: of.generation,
  rank: of.rank,
  origin: of.origin,
  expiresAt: of.expires_at,
});

/** What is read of a lease. */
export const LEASE = row(leaseFields(table('lease')));

export type LeaseRow = ShapeOf<typeof LEASE>;
