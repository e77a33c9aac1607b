import { NumericsError } from '../errors.js';
import type { Rows } from './rows.js';

/**
 * `columns`: each column by its own median and spread, for tables whose columns have units of their
 * own. `together`: one factor for all, for embeddings, pixels and counts of words.
 */
export type ScalingKind = 'columns' | 'together';

/**
 * x -> common * clamp((x - centre) * factor, most), learned from the pool: of its rows the mean
 * |x|^2 becomes D.
 */
export type PoolScaling = {
  readonly centre_D: Float64Array;
  readonly factor_D: Float64Array;
  /** How far a value may lie from its centre, in spreads. */
  readonly most: number;
  readonly common: number;
};

/** Values of a column are held to this many spreads: one odd cell must not lead alone. */
const MOST_SPREADS = 8;
/** A column whose spread is less than this share of its values is rounding around a constant. */
const CONSTANT = 1e-12;
/** Half of the distance between the quartiles of a normal, in standard deviations. */
const QUARTILE = 0.6744897501960817;

/**
 * Learns centre and scale from unlabelled rows.
 *
 * A column that is constant gets the factor 0. The spread of a column is half of its interquartile
 * range over .674, or its standard deviation where more than half of the values are equal.
 * Shapes: [N, D] -> [D], [D].
 * @throws NumericsError `invalid_argument` without rows, `non_finite`
 */
export function poolScaling(pool: Rows, kind: ScalingKind): PoolScaling {
  const { rows, columns, values } = pool;
  if (rows < 1 || columns < 1)
    throw new NumericsError(
      'invalid_argument',
      `poolScaling: expected at least one row and one column, got ${rows} rows of ${columns}.`,
    );
  const centre_D = new Float64Array(columns);
  const factor_D = new Float64Array(columns).fill(1);
  const column = new Float64Array(rows);
  for (let d = 0; d < columns; d++) {
    for (let n = 0; n < rows; n++) column[n] = values[n * columns + d]!;
    if (!column.every(Number.isFinite))
      throw new NumericsError(
        'non_finite',
        `poolScaling: column ${d} has values that are no number.`,
      );
    if (kind === 'together') centre_D[d] = column.reduce((sum, x) => sum + x, 0) / rows;
    else {
      const { centre, spread } = medianAndSpread(column);
      centre_D[d] = centre;
      const size = column.reduce((most, x) => Math.max(most, Math.abs(x)), 1e-300);
      factor_D[d] = spread > CONSTANT * size ? 1 / spread : 0;
    }
  }
  const most = kind === 'columns' ? MOST_SPREADS : Number.POSITIVE_INFINITY;
  const apart = { centre_D, factor_D, most, common: 1 };
  const greatest = scaleRows(pool, apart).values.reduce((top, x) => Math.max(top, Math.abs(x)), 0);
  if (greatest === 0) return { ...apart, common: 0 };
  // Divided first, so that squares neither overflow nor vanish.
  const squares = scaleRows(pool, apart).values.reduce((sum, x) => sum + (x / greatest) ** 2, 0);
  return { ...apart, common: Math.sqrt((columns * rows) / squares) / greatest };
}

/** Rows as the kernel takes them. Shapes: [N, D] -> [N, D]. */
export function scaleRows({ rows, columns, values }: Rows, scaling: PoolScaling): Rows {
  const { centre_D, factor_D, most, common } = scaling;
  const scaled = new Float64Array(rows * columns);
  for (let n = 0; n < rows; n++)
    for (let d = 0; d < columns; d++) {
      const apart = (values[n * columns + d]! - centre_D[d]!) * factor_D[d]!;
      scaled[n * columns + d] = common * Math.max(-most, Math.min(most, apart));
    }
  return { rows, columns, values: scaled };
}

function medianAndSpread(column: Float64Array): { centre: number; spread: number } {
  const sorted = column.toSorted();
  const at = (share: number): number => {
    const place = share * (sorted.length - 1);
    const [below, above] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
    return below + (above - below) * (place - Math.floor(place));
  };
  const centre = at(0.5);
  const quartiles = (at(0.75) - at(0.25)) / (2 * QUARTILE);
  if (quartiles > 0) return { centre, spread: quartiles };
  const mean = column.reduce((sum, x) => sum + x, 0) / column.length;
  const variance = column.reduce((sum, x) => sum + (x - mean) ** 2, 0) / column.length;
  return { centre: mean, spread: Math.sqrt(variance) };
}
