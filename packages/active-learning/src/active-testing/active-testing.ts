import { NumericsError, stream } from '@dubio/bayes-core/pure';
import { priorities } from '../acquisition/priorities.js';
import { topOrder } from '../acquisition/top-order.js';
import { logProbability } from '../calibration/labelled.js';
import { assertCount, assertFinite, assertLength, type Reals } from '../uncertainty/checks.js';
import { assertDistributions } from '../uncertainty/predictive-moments.js';

type ClassesUnderTest = {
  readonly rows: number;
  readonly classes: number;
  /** What the model under test predicts. */
  readonly model_N_C: Reals;
  /**
   * What a surrogate thinks the answers are: another model, trained on all labels that there are.
   */
  readonly surrogate_N_C: Reals;
};

/**
 * How the loss of an item is measured that may turn out this way or that: its mean, or the root of
 * its mean square. Drawing with chances proportional to the latter gives the estimate of least
 * variance, as Var = sum_n E loss_n^2 / q_n - const; Kossen et al. draw by the mean. The two differ
 * where answers are a matter of chance: rare mistakes on items that look safe are then drawn too
 * seldom.
 * @see Sawade, Landwehr, Bickel, Scheffer 2010, "Active risk estimation", section 3
 */
export type LossSize = 'mean' | 'root-mean-square';

/**
 * The loss that a surrogate expects of the model under test on each item: what test labels are
 * worth where.
 *
 * log loss: -sum_c s_c ln p_c, nats; error rate: 1 - s_(argmax p). As root mean squares sqrt(sum_c
 * s_c (ln p_c)^2), and sqrt(1 - s_(argmax p)).
 * Shapes: [N, C], [N, C] -> [N].
 * @throws NumericsError `shape_mismatch`, `non_finite`, `invalid_data`
 * @see Kossen, Farquhar, Gal, Rainforth 2021 eq. 5, 8. Cost: N C.
 */
export function expectedLoss(
  input: ClassesUnderTest,
  loss: 'log-loss' | 'error',
  size: LossSize = 'mean',
): Float64Array {
  const op = 'expectedLoss';
  const { rows, classes, model_N_C, surrogate_N_C } = input;
  for (const [name, probs_N_C] of Object.entries({ model_N_C, surrogate_N_C })) {
    assertLength(op, name, probs_N_C, rows * classes);
    assertFinite(op, name, probs_N_C);
    assertDistributions(op, probs_N_C, rows, classes);
  }
  return Float64Array.from({ length: rows }, (_, n) => {
    const from = n * classes;
    let [cost, square] = [0, 0];
    let favourite = from;
    for (let i = from; i < from + classes; i++) {
      const own = -logProbability(model_N_C[i]!);
      cost += surrogate_N_C[i]! * own;
      square += surrogate_N_C[i]! * own ** 2;
      if (model_N_C[i]! > model_N_C[favourite]!) favourite = i;
    }
    if (loss === 'log-loss') return size === 'mean' ? cost : Math.sqrt(square);
    // A mistake is 0 or 1, hence its own square.
    const mistake = Math.max(0, 1 - surrogate_N_C[favourite]!);
    return size === 'mean' ? mistake : Math.sqrt(mistake);
  });
}

type NumbersUnderTest = {
  /** What the model under test predicts. */
  readonly model_N: Reals;
  /** Mean and variance of what a surrogate predicts, the noise of the data included. */
  readonly surrogateMean_N: Reals;
  readonly surrogateVariance_N: Reals;
};

/**
 * The squared error that a surrogate expects of the model under test on each item.
 *
 * E_s (y - m)^2 = d^2 + v, with m the model's mean, d = m - mean_s and v = variance_s; as root mean
 * square sqrt(E_s (y - m)^4) = sqrt(d^4 + 6 d^2 v + 3 v^2), where y is Gaussian.
 * Shapes: [N] three times -> [N]. Units: squared units of the answer.
 * @throws NumericsError `shape_mismatch`, `non_finite`, `invalid_data` for a negative variance
 * @see Kossen, Farquhar, Gal, Rainforth 2021 section 3 (active testing for regression). Cost: N.
 */
export function expectedSquaredError(
  input: NumbersUnderTest,
  size: LossSize = 'mean',
): Float64Array {
  const op = 'expectedSquaredError';
  const { model_N, surrogateMean_N, surrogateVariance_N } = input;
  for (const [name, values_N] of Object.entries(input)) {
    assertLength(op, name, values_N, model_N.length);
    assertFinite(op, name, values_N);
  }
  return Float64Array.from({ length: model_N.length }, (_, n) => {
    const variance = surrogateVariance_N[n]!;
    if (variance < 0)
      throw new NumericsError(
        'invalid_data',
        `${op}: variances must be >= 0, got ${variance} at ${n}.`,
      );
    const off = (model_N[n]! - surrogateMean_N[n]!) ** 2;
    if (size === 'mean') return off + variance;
    return Math.sqrt(off ** 2 + 6 * off * variance + 3 * variance ** 2);
  });
}

export type ActiveTestDraws = {
  /** Positions in the order they were drawn, distinct. */
  readonly positions: Int32Array;
  /** Chance with which each was drawn among those still open: what `lureRisk` asks for. */
  readonly chances: Float64Array;
};

/**
 * Draws active-test items one after another without replacement, with chances proportional to their
 * expected loss.
 *
 * q_m(n) = w_n / sum_open w, w_n = max(loss_n, floor mean loss), so that no item is out of reach:
 * an item with chance 0 would bias the estimate. The items are the greatest of ln w_n + Gumbel
 * noise, which is the same as drawing one by one. Chance goes by `keys_N` (default the row), so
 * another order of the pool draws the same items.
 * Shapes: [N] -> [min(count, N)].
 * @throws NumericsError `non_finite`, `invalid_argument`, `invalid_data` for a negative loss
 * @see Kossen et al. 2021 algorithm 1; Kool et al. 2019 (Gumbel-top-k). Cost: N + count ln count.
 * @see docs/decisions/0154
 */
export function drawActiveTestItems(
  losses_N: Reals,
  {
    count,
    seed,
    floor = 0.1,
    keys_N,
  }: { count: number; seed: number; floor?: number; keys_N?: Reals | undefined },
): ActiveTestDraws {
  const op = 'drawActiveTestItems';
  assertFinite(op, 'losses_N', losses_N);
  assertCount(op, 'count', count);
  const rows = losses_N.length;
  if (keys_N) assertLength(op, 'keys_N', keys_N, rows);
  const weights_N = weightsOf(op, losses_N, floor);
  const source = stream(seed).split('active-testing');
  const order_N = priorities('power', weights_N, { source, beta: 1, keys_N });
  const positions = topOrder(order_N, Math.min(count, rows), keys_N);
  const isDrawn_N = new Uint8Array(rows);
  for (const n of positions) isDrawn_N[n] = 1;
  // From the end, so that what is open is a sum and never a difference.
  let open = weights_N.reduce((sum, w, n) => (isDrawn_N[n] ? sum : sum + w), 0);
  const chances = new Float64Array(positions.length);
  for (let m = positions.length - 1; m >= 0; m--) {
    const own = weights_N[positions[m]!]!;
    open += own;
    chances[m] = Math.min(1, own / open);
  }
  return { positions, chances };
}

function weightsOf(op: string, losses_N: Reals, floor: number): Float64Array {
  if (!(floor > 0 && floor <= 1))
    throw new NumericsError('invalid_argument', `${op}: floor lies in (0, 1], got ${floor}.`);
  let mean = 0;
  for (let n = 0; n < losses_N.length; n++) {
    if (losses_N[n]! < 0)
      throw new NumericsError(
        'invalid_data',
        `${op}: losses must be >= 0, got ${losses_N[n]} at ${n}.`,
      );
    mean += losses_N[n]! / losses_N.length;
  }
  // Where nothing is expected to go wrong, every item is as good as another.
  return Float64Array.from(losses_N, (loss) => (mean > 0 ? Math.max(loss, floor * mean) : 1));
}
