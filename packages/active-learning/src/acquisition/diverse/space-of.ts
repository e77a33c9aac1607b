import { createDenseSpace } from './dense-space.js';
import type { Features } from './features.js';
import type { Space } from './space.js';
import { sparseRows } from './sparse-rows.js';
import { createSparseSpace } from './sparse-space.js';

/**
 * Rows that agree in most places, as hashed words do, are kept as what sets them apart.
 * @see docs/decisions/0156
 */
export function spaceOf(features: Features): Space {
  const sparse = sparseRows(features);
  return sparse === null ? createDenseSpace(features) : createSparseSpace(sparse);
}
