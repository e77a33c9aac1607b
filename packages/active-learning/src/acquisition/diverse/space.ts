import type { Features } from './features.js';

/** Points and the centres of their clusters, in whichever form makes distances less work. */
export type Space<Centres = unknown> = {
  readonly rows: number;
  /** |x_i - x_j|^2 of two rows. */
  squaredDistance(i: number, j: number): number;
  /** The rows named, as centres. */
  centresAt(rows: readonly number[]): Centres;
  /**
   * Takes each row to its nearest centre, the lower one among equals; rows that moved and the sum
   * of squared distances.
   */
  assign(centres: Centres, cluster_N: Int32Array): { moved: number; inertia: number };
  /** Each centre at the mean of its rows; one without rows stays. */
  meansOf(cluster_N: Int32Array, before: Centres): Centres;
  /** [K, D] as the rows came. */
  featuresOf(centres: Centres): Features;
};
