import { stream } from '@dubio/bayes-core/pure';
import { assertCount, assertFinite, assertLength, type Reals } from '../../uncertainty/checks.js';
import { assertFeatures, type Features, firstGreatest, type GreedyBatch } from './features.js';
import { drawByWeight } from './keyed-draw.js';

export type BadgeRequest = {
  readonly features: Features;
  /** What the likeliest answers would change at the outputs, [N, E]. */
  readonly errors: { readonly width: number; readonly error_N_E: Reals };
  readonly batchSize: number;
  readonly seed: number;
  /** Keys that chance goes by; default the row. */
  readonly keys_N?: Reals | undefined;
};

/**
 * Picks a batch by k-means++ on the gradients that the items' likeliest labels would give the last
 * layer.
 *
 * g_i = e_i outer (h_i, 1), e_i the error at the outputs (`answerErrors`). Neither the [E (D+1)]
 * embeddings nor their distances are ever built: <g_i, g_j> = (e_i . e_j)(h_i . h_j + 1), so a
 * distance costs E + D. Fields that share the last layer add up in e_i . e_j.
 * The first item has the longest gradient; each next one is drawn with chance proportional to its
 * squared distance to the nearest picked (`drawByWeight`). Items at distance 0 come last, lower
 * rows first.
 * `gains` are squared distances at the pick (for the first: |g|^2).
 *
 * Shapes: [N, D], [N, E] -> [min(b, N)].
 * @throws NumericsError `shape_mismatch`, `non_finite`, `invalid_argument`
 * @see Ash et al. 2020 algorithm 1; Arthur & Vassilvitskii 2007. Cost: b N (E + D); memory N E.
 */
export function badge(request: BadgeRequest): GreedyBatch {
  const op = 'badge';
  const { features, errors, batchSize, keys_N, seed } = request;
  assertFeatures(op, features);
  assertCount(op, 'batchSize', batchSize);
  const { rows } = features;
  assertCount(op, 'errors.width', errors.width);
  assertLength(op, 'errors.error_N_E', errors.error_N_E, rows * errors.width);
  assertFinite(op, 'errors.error_N_E', errors.error_N_E);
  const size = Math.min(batchSize, rows);
  const norm_N = Float64Array.from({ length: rows }, (_, n) =>
    gradientProduct(features, errors, n, n),
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
      const product = gradientProduct(features, errors, n, picked);
      const distance = Math.max(0, norm_N[n]! + norm_N[picked]! - 2 * product);
      // What cancels to less than rounding is the same gradient.
      const rounded = distance < 1e-12 * (norm_N[n]! + norm_N[picked]!) ? 0 : distance;
      if (step === 0 || rounded < nearest_N[n]!) nearest_N[n] = rounded;
    }
  }
  return { positions, gains };
}

/** <g_i, g_j> = (e_i . e_j)(h_i . h_j + 1). Cost: E + D. */
function gradientProduct(
  { dimensions, features_N_D }: Features,
  { width, error_N_E }: BadgeRequest['errors'],
  i: number,
  j: number,
): number {
  let errors = 0;
  for (let e = 0; e < width; e++) errors += error_N_E[i * width + e]! * error_N_E[j * width + e]!;
  let inner = 1;
  for (let d = 0; d < dimensions; d++)
    inner += features_N_D[i * dimensions + d]! * features_N_D[j * dimensions + d]!;
  return errors * inner;
}
