import { stream } from '../../random/stream.js';
import { assertCount, assertLength, type Reals } from '../../uncertainty/checks.js';
import { assertDistributions } from '../../uncertainty/predictive-moments.js';
import { assertFeatures, type Features, firstGreatest, type GreedyBatch } from './features.js';
import { drawByWeight } from './keyed-draw.js';

export type BadgeRequest = {
  readonly features: Features;
  readonly classes: number;
  /** Predictive probabilities of the items, [N, C]. */
  readonly probs_N_C: Reals;
  readonly batchSize: number;
  readonly seed: number;
  /** Keys that chance goes by; default the row. */
  readonly keys_N?: Reals | undefined;
};

/**
 * Picks a batch by k-means++ on the gradients that the items' likeliest labels would give the last layer.
 *
 * g_i = (p_i - onehot(argmax p_i)) outer (h_i, 1). Neither the [C (D+1)] embeddings nor their distances are
 * ever built: with e_i = p_i - onehot, <g_i, g_j> = (e_i . e_j)(h_i . h_j + 1), so a distance costs C + D.
 * The first item has the longest gradient; each next one is drawn with chance proportional to its squared
 * distance to the nearest picked (`drawByWeight`). Items at distance 0 come last, lower rows first.
 * `gains` are squared distances at the pick (for the first: |g|^2).
 *
 * Shapes: [N, D], [N, C] -> [min(b, N)].
 * @throws NumericsError `shape_mismatch`, `non_finite`, `invalid_argument`, `invalid_data`
 * @see Ash et al. 2020 algorithm 1; Arthur & Vassilvitskii 2007. Cost: b N (C + D); memory N C.
 */
export function badge(request: BadgeRequest): GreedyBatch {
  const op = 'badge';
  const { features, classes, batchSize, keys_N, seed } = request;
  assertFeatures(op, features);
  assertCount(op, 'batchSize', batchSize);
  const error_N_C = errorsOf(op, request);
  const { rows } = features;
  const size = Math.min(batchSize, rows);
  const norm_N = Float64Array.from({ length: rows }, (_, n) =>
    gradientProduct(features, error_N_C, classes, n, n),
  );
  const nearest_N = Float64Array.from(norm_N);
  const taken_N = new Uint8Array(rows);
  const positions = new Int32Array(size);
  const gains = new Float64Array(size);
  const source = stream(seed).split('badge');
  for (let step = 0; step < size; step++) {
    const picked =
      step === 0
        ? firstGreatest(norm_N, taken_N)
        : drawByWeight(nearest_N, taken_N, source.at(step), keys_N);
    positions[step] = picked;
    gains[step] = nearest_N[picked]!;
    taken_N[picked] = 1;
    for (let n = 0; n < rows; n++) {
      if (taken_N[n]) continue;
      const product = gradientProduct(features, error_N_C, classes, n, picked);
      const distance = Math.max(0, norm_N[n]! + norm_N[picked]! - 2 * product);
      // What cancels to less than rounding is the same gradient.
      const rounded = distance < 1e-12 * (norm_N[n]! + norm_N[picked]!) ? 0 : distance;
      if (step === 0 || rounded < nearest_N[n]!) nearest_N[n] = rounded;
    }
  }
  return { positions, gains };
}

/** p - onehot(argmax p). */
function errorsOf(op: string, { features, classes, probs_N_C }: BadgeRequest): Float64Array {
  const { rows } = features;
  assertCount(op, 'classes', classes, 2);
  assertLength(op, 'probs_N_C', probs_N_C, rows * classes);
  assertDistributions(op, probs_N_C, rows, classes);
  const error_N_C = Float64Array.from(probs_N_C);
  for (let n = 0; n < rows; n++) {
    let best = 0;
    for (let c = 1; c < classes; c++)
      if (error_N_C[n * classes + c]! > error_N_C[n * classes + best]!) best = c;
    error_N_C[n * classes + best]! -= 1;
  }
  return error_N_C;
}

/** <g_i, g_j> = (e_i . e_j)(h_i . h_j + 1). Cost: C + D. */
function gradientProduct(
  { dimensions, features_N_D }: Features,
  error_N_C: Float64Array,
  classes: number,
  i: number,
  j: number,
): number {
  let errors = 0;
  for (let c = 0; c < classes; c++)
    errors += error_N_C[i * classes + c]! * error_N_C[j * classes + c]!;
  let inner = 1;
  for (let d = 0; d < dimensions; d++)
    inner += features_N_D[i * dimensions + d]! * features_N_D[j * dimensions + d]!;
  return errors * inner;
}
