import { NumericsError, stream } from '@dubio/bayes-core/pure';
import { assertCount, type Reals, ROUNDING } from '../uncertainty/checks.js';
import { assertLogProbs, type LogProbs } from '../uncertainty/predictive-moments.js';
import { type Gain, type JointOptions, JointState } from './joint-state.js';
import { topOrder } from './top-order.js';

export const JOINT_DEFAULTS: JointOptions = {
  maxExactConfigurations: 1_000,
  sampledConfigurations: 2_000,
};

/**
 * How many standard errors a drawn gain may be below the truth before the lazy search could miss an
 * item.
 */
const SLACK_ERRORS = 4;

export type BatchBaldRequest = {
  /** ln p of the candidates, the same K posterior samples for all of them. */
  readonly candidates: LogProbs;
  readonly batchSize: number;
  readonly seed: number;
  /** Keys that decide between equals; default the position. */
  readonly keys_M?: Reals | undefined;
  readonly options?: Partial<JointOptions> | undefined;
};

export type BatchBaldResult = {
  /** Candidate rows in the order they were picked. */
  readonly positions: Int32Array;
  /**
   * I(y_i; w | items picked before), nats, one per pick; their sum is the information of the batch.
   */
  readonly gainsNats: Float64Array;
  /** How many of the picks were made with all joint answers enumerated. */
  readonly exactPicks: number;
  /** Joint answers held at the end. */
  readonly configurations: number;
  /** Gains computed; without laziness it would be about batch times candidates. */
  readonly evaluations: number;
};

/**
 * Picks a batch greedily by the information its answers carry together about the weights.
 *
 * a(x_1..b) = I(y_1..b; w) = H(y_1..b) - sum_i E_k H(y_i | w_k); each step adds argmax_i I(y_i; w |
 * y_1..n-1). The function is submodular, so greedy reaches 1 - 1/e of the best batch, and a gain
 * once computed bounds every later gain of the same item: only items whose bound reaches the best
 * gain are looked at again (lazy greedy), and drawn gains stop early when they can no longer win.
 * The first gain of an item is its BALD score. Joint answers are enumerated while there are at most
 * `maxExactConfigurations`, then drawn, a few for each posterior sample, evenly.
 *
 * Shapes: [M, K, C] -> [min(b, M)]. Units: nats.
 * @throws NumericsError `shape_mismatch`, `non_finite`, `invalid_argument`, `invalid_data` when a
 * gain leaves [0, BALD]
 * @see Kirsch, van Amersfoort, Gal 2019 eq. 8-12, algorithm 1; Minoux 1978 (lazy greedy).
 * Cost: a gain takes configurations K C multiply-adds; memory 2 configurations K + candidates
 * float64.
 * @see docs/decisions/0020
 */
export function batchBald(request: BatchBaldRequest): BatchBaldResult {
  const op = 'batchBald';
  const { candidates, batchSize, keys_M } = request;
  const options = { ...JOINT_DEFAULTS, ...request.options };
  assertLogProbs(op, candidates);
  assertCount(op, 'batchSize', batchSize);
  assertCount(op, 'maxExactConfigurations', options.maxExactConfigurations, 1);
  assertCount(op, 'sampledConfigurations', options.sampledConfigurations, 1);
  const state = new JointState(candidates, options, stream(request.seed).split('batch-bald'));
  const bald_M = Float64Array.from({ length: candidates.rows }, (_, i) => state.gain(i).nats);
  const bounds_M = Float64Array.from(bald_M);
  const size = Math.min(batchSize, candidates.rows);
  const positions = new Int32Array(size);
  const gainsNats = new Float64Array(size);
  let exactPicks = 0;
  let evaluations = candidates.rows;

  for (let step = 0; step < size; step++) {
    let best = -1;
    let bestNats = Number.NEGATIVE_INFINITY;
    for (const candidate of topOrder(bounds_M, candidates.rows - step, keys_M)) {
      if (bounds_M[candidate]! < bestNats) break;
      const gain =
        step === 0
          ? { nats: bald_M[candidate]!, standardError: 0 }
          : state.gain(candidate, bestNats);
      if (step > 0) evaluations++;
      assertGain(op, gain, bald_M[candidate]!, candidate);
      bounds_M[candidate] = Math.min(
        bald_M[candidate]!,
        gain.nats + SLACK_ERRORS * gain.standardError,
      );
      if (gain.nats > bestNats || (gain.nats === bestNats && first(candidate, best, keys_M))) {
        best = candidate;
        bestNats = gain.nats;
      }
    }
    positions[step] = best;
    gainsNats[step] = Math.max(0, bestNats);
    if (state.exact) exactPicks++;
    bounds_M[best] = Number.NEGATIVE_INFINITY;
    if (step + 1 < size) state.pick(best);
  }
  return { positions, gainsNats, exactPicks, configurations: state.configurations, evaluations };
}

const first = (a: number, b: number, keys_M: Reals | undefined): boolean =>
  keys_M && keys_M[a] !== keys_M[b] ? keys_M[a]! < keys_M[b]! : a < b;

function assertGain(op: string, gain: Gain, bald: number, candidate: number): void {
  const tolerance = ROUNDING + 6 * gain.standardError;
  if (gain.nats >= -tolerance && gain.nats <= bald + tolerance) return;
  throw new NumericsError(
    'invalid_data',
    `${op}: candidate ${candidate} would add ${gain.nats} nats, outside [0, ${bald}]. Its rows of logProbs_N_K_C are not distributions.`,
    { op, candidate, gain: gain.nats, bald },
  );
}
