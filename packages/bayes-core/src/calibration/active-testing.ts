import { drawByWeight } from '../acquisition/diverse/keyed-draw.js';
import { NumericsError } from '../errors.js';
import { stream } from '../random/stream.js';
import { assertCount, assertFinite, assertLength, type Reals } from '../uncertainty/checks.js';
import { assertDistributions } from '../uncertainty/predictive-moments.js';
import { logProbability } from './labelled.js';

type TestedClasses = {
  readonly rows: number;
  readonly classes: number;
  /** What the model under test predicts. */
  readonly model_N_C: Reals;
  /** What a surrogate thinks the answers are: another model, trained on all labels that there are. */
  readonly surrogate_N_C: Reals;
};

/**
 * The loss that a surrogate expects of the model under test on each item: what test labels are worth where.
 *
 * log loss: -sum_c s_c ln p_c, nats; error rate: 1 - s_(argmax p). Drawing test items with chances proportional to
 * it gives the risk estimate of least variance when the surrogate is right.
 * Shapes: [N, C], [N, C] -> [N].
 * @throws NumericsError `shape_mismatch`, `non_finite`, `invalid_data`
 * @see Kossen, Farquhar, Gal, Rainforth 2021 eq. 5, 8. Cost: N C.
 */
export function expectedLoss(input: TestedClasses, loss: 'log-loss' | 'error'): Float64Array {
  const op = 'expectedLoss';
  const { rows, classes, model_N_C, surrogate_N_C } = input;
  for (const [name, probs_N_C] of Object.entries({ model_N_C, surrogate_N_C })) {
    assertLength(op, name, probs_N_C, rows * classes);
    assertFinite(op, name, probs_N_C);
    assertDistributions(op, probs_N_C, rows, classes);
  }
  return Float64Array.from({ length: rows }, (_, n) => {
    const from = n * classes;
    let cost = 0;
    let favourite = from;
    for (let i = from; i < from + classes; i++) {
      cost -= surrogate_N_C[i]! * logProbability(model_N_C[i]!);
      if (model_N_C[i]! > model_N_C[favourite]!) favourite = i;
    }
    return loss === 'log-loss' ? cost : Math.max(0, 1 - surrogate_N_C[favourite]!);
  });
}

export type TestDraws = {
  /** Positions in the order they were drawn, distinct. */
  readonly positions: Int32Array;
  /** Chance with which each was drawn among those still open: what `lureRisk` asks for. */
  readonly chances: Float64Array;
};

/**
 * Draws test items one after another without replacement, with chances proportional to their expected loss.
 *
 * q_m(n) = w_n / sum_open w, w_n = max(loss_n, floor mean loss), so that no item is out of reach: an item with
 * chance 0 would bias the estimate. Chance goes by `keys_N` (default the row), so another order of the pool draws the same items.
 * Shapes: [N] -> [min(count, N)].
 * @throws NumericsError `non_finite`, `invalid_argument`, `invalid_data` for a negative loss
 * @see Kossen et al. 2021 algorithm 1. Cost: N count.
 */
export function drawTestItems(
  losses_N: Reals,
  {
    count,
    seed,
    floor = 0.1,
    keys_N,
  }: { count: number; seed: number; floor?: number; keys_N?: Reals | undefined },
): TestDraws {
  const op = 'drawTestItems';
  assertFinite(op, 'losses_N', losses_N);
  assertCount(op, 'count', count);
  const rows = losses_N.length;
  if (keys_N) assertLength(op, 'keys_N', keys_N, rows);
  const weights_N = weightsOf(op, losses_N, floor);
  const taken_N = new Uint8Array(rows);
  const source = stream(seed).split('active-testing');
  const size = Math.min(count, rows);
  const positions = new Int32Array(size);
  const chances = new Float64Array(size);
  for (let m = 0; m < size; m++) {
    const total = weights_N.reduce((sum, w, n) => (taken_N[n] ? sum : sum + w), 0);
    const drawn = drawByWeight(weights_N, taken_N, source.at(m), keys_N);
    positions[m] = drawn;
    chances[m] = Math.min(1, weights_N[drawn]! / total);
    taken_N[drawn] = 1;
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
