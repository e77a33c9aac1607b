import { assertFeatures, assertSameSpace, type Features } from './features.js';

/**
 * Below this share of its mean a spread is rounding: a float32 is only known to 2^-24 of itself.
 */
const LEAST_SPREAD = 1e-6;

/**
 * Features on the scale of others: mean 0 and variance 1 in each dimension over the rows of
 * `reference`.
 *
 * z = (x - mean) / sd; a dimension that does not vary there becomes 0.
 * Shapes: [N, D], [R, D] -> [N, D]. Cost: (N + 2 R) D.
 * @throws NumericsError `shape_mismatch`, `non_finite`
 */
export function standardise(features: Features, reference: Features): Features {
  const op = 'standardise';
  assertFeatures(op, features);
  assertSameSpace(op, features, reference);
  const { rows, dimensions, features_N_D } = features;
  const { mean_D, scale_D } = scaleOf(reference);
  const scaled_N_D = features_N_D.map(
    (x, i) => (x - mean_D[i % dimensions]!) * scale_D[i % dimensions]!,
  );
  return { rows, dimensions, features_N_D: scaled_N_D };
}

function scaleOf({ rows, dimensions, features_N_D }: Features) {
  const mean_D = new Float64Array(dimensions);
  const variance_D = new Float64Array(dimensions);
  features_N_D.forEach((x, i) => {
    mean_D[i % dimensions]! += x / rows;
  });
  features_N_D.forEach((x, i) => {
    variance_D[i % dimensions]! += (x - mean_D[i % dimensions]!) ** 2 / rows;
  });
  const scale_D = variance_D.map((variance, d) => {
    const deviation = Math.sqrt(variance);
    return deviation > LEAST_SPREAD * Math.abs(mean_D[d]!) ? 1 / deviation : 0;
  });
  return { mean_D, scale_D };
}
