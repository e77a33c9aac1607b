import type { VectorFitted } from '@dubio/platform';
import { BadFeaturesError, BadItemError, type FitSource } from './fit-source.js';
import { compareNames, type ItemContent } from './item-content.js';
import type { FeatureArray, FeatureLayout } from './shard-layout.js';

/** Vectors are taken as given; only the order of their columns is kept. */
export async function fitVector(source: FitSource): Promise<VectorFitted> {
  for await (const item of source.pool()) {
    const columns = Object.keys(item.payload).filter((name) => !source.shownColumns.has(name));
    if (columns.length > 0) return { columns: columns.sort(compareNames) };
  }
  throw new BadFeaturesError('The pool has no item with numbers. Import vectors into the pool.');
}

export const vectorLayout = (fitted: VectorFitted): FeatureLayout => ({
  shape: [fitted.columns.length],
  dtype: 'float32',
  scale: 1,
  offset: 0,
});

export function encodeVector(
  fitted: VectorFitted,
  item: Pick<ItemContent, 'payload'>,
  into: FeatureArray,
  at: number,
): void {
  fitted.columns.forEach((name, i) => {
    const value = item.payload[name];
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      throw new BadItemError(`it has no number in "${name}", which the vectors of the pool have`);
    }
    into[at + i] = value;
  });
}
