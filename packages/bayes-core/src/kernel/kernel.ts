import { dot, type Rows } from './rows.js';

/**
 * `linear`: l = x.z / D. `radial`: r = exp(-|x - z|^2 / (2 s D)), s = .35. `mixed`: (l + r) / 2.
 * Rows are scaled so that the mean |x|^2 of the pool is D.
 */
export type KernelKind = 'linear' | 'mixed' | 'radial';

/** Square of the length scale of `radial`, in units of D. */
const SQUARED_LENGTH = 0.35;

/**
 * Similarities of rows under a kernel.
 * Shapes: [N, D], [M, D] -> [N, M] row-major. Cost: N M D multiply-adds.
 */
export function similarities(left: Rows, right: Rows, kind: KernelKind): Float64Array {
  const { columns } = left;
  const squares = (of: Rows) =>
    Float64Array.from({ length: of.rows }, (_, n) =>
      dot(of.values, n * columns, of.values, n * columns, columns),
    );
  const [left_N, right_M] = [squares(left), squares(right)];
  const result = new Float64Array(left.rows * right.rows);
  const share = { linear: 1, mixed: 0.5, radial: 0 }[kind];
  for (let n = 0; n < left.rows; n++)
    for (let m = 0; m < right.rows; m++) {
      const product = dot(left.values, n * columns, right.values, m * columns, columns);
      const distance = Math.max(0, left_N[n]! + right_M[m]! - 2 * product);
      const radial = share < 1 ? Math.exp(-distance / (2 * SQUARED_LENGTH * columns)) : 0;
      result[n * right.rows + m] = (share * product) / columns + (1 - share) * radial;
    }
  return result;
}
