import { logSumExp, NumericsError } from '@dubio/bayes-core/pure';
import { assertFinite, assertLength, type Reals } from '../uncertainty/checks.js';
import { defaultBeta, logWeights } from './priorities.js';
import { getRule } from './rules.js';

export type DrawChancesRequest = {
  readonly rule: string;
  /** As given to `rankPool`. */
  readonly beta?: number | undefined;
  readonly scores_N: Reals;
  readonly keys_N?: Reals | undefined;
  /** Positions of the pool in the order they were drawn, distinct. */
  readonly drawn: ArrayLike<number>;
  /** Positions that were taken out beforehand, whatever their scores. */
  readonly without?: Iterable<number>;
};

export type DrawChances = {
  /**
   * With which each item was drawn among those still open; NaN where none of these could be drawn
   * by its weight.
   */
  readonly chances: Float64Array;
  /** How many were open, the item included. */
  readonly among: Int32Array;
};

/**
 * The chance with which `rankPool` drew each item of its queue among the items that were open then;
 * null for a rule that does not draw by chance.
 *
 * Ordering by ln w_n + Gumbel noise is drawing one after another without replacement with chances
 * proportional to the weights (Plackett-Luce), so q_r = w_r / sum of the open weights. Sums run
 * from the end of the queue, in log space: no differences. Taking items out independently of the
 * noise leaves this true of those that stay.
 * Shapes: [N], queue of Q -> [Q], [Q].
 * @throws NumericsError `non_finite`, `shape_mismatch`, `invalid_argument` for a position that
 * comes twice or was taken out
 * @see Kool et al. 2019 (Gumbel-top-k) section 2; Kirsch et al. 2023 section 3. Cost: N; softrank N
 * ln N.
 * @see docs/decisions/0151
 */
export function drawChances(request: DrawChancesRequest): DrawChances | null {
  const op = 'drawChances';
  const { rule, scores_N, keys_N, drawn } = request;
  const { ordering } = getRule(rule);
  const rows = scores_N.length;
  assertFinite(op, `scores of ${rule}`, scores_N);
  if (keys_N) assertLength(op, 'keys_N', keys_N, rows);
  const beta = request.beta ?? defaultBeta(ordering);
  const weights_N = logWeights(ordering, scores_N, { beta, keys_N });
  if (weights_N === null) return null;
  const isLeft_N = new Uint8Array(rows).fill(1);
  for (const n of request.without ?? []) isLeft_N[n] = 0;
  for (let r = 0; r < drawn.length; r++) {
    const n = drawn[r]!;
    if (isLeft_N[n] !== 1)
      throw new NumericsError(
        'invalid_argument',
        `${op}: place ${r} of the queue names item ${n}, which is not open any more.`,
        { op, place: r, item: n },
      );
    isLeft_N[n] = 0;
  }
  const rest = weights_N.filter((_, n) => isLeft_N[n] === 1);
  const chances = new Float64Array(drawn.length);
  const among = new Int32Array(drawn.length);
  let open = logSumExp(rest);
  for (let r = drawn.length - 1; r >= 0; r--) {
    const own = weights_N[drawn[r]!]!;
    open = addInLogSpace(open, own);
    // Where all that is open has weight 0 the order goes by key: no draw.
    chances[r] = open === Number.NEGATIVE_INFINITY ? Number.NaN : Math.min(1, Math.exp(own - open));
    among[r] = rest.length + drawn.length - r;
  }
  return { chances, among };
}

function addInLogSpace(a: number, b: number): number {
  const most = Math.max(a, b);
  return most === Number.NEGATIVE_INFINITY
    ? most
    : most + Math.log1p(Math.exp(Math.min(a, b) - most));
}
