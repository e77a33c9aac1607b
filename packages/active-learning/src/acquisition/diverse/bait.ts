import { NumericsError } from '@dubio/bayes-core/pure';
import { assertCount, assertFinite, assertLength, type Reals } from '../../uncertainty/checks.js';
import {
  assertFeatures,
  assertSameSpace,
  type Features,
  firstGreatest,
  type GreedyBatch,
  innerProduct,
  rowOf,
} from './features.js';
import { addOuter, inverseOfPositive, timesMatrix, timesVector } from './symmetric.js';

export type BaitRequest = {
  readonly features: Features;
  /** Fisher weight of each item: see `fisherWeights`; ones for numbers. */
  readonly weights_N: Reals;
  readonly labelled?: (Features & { readonly weights_N: Reals }) | undefined;
  readonly batchSize: number;
  /** Precision that every direction has before any label. Default 1. */
  readonly ridge?: number | undefined;
};

/**
 * Picks a batch that leaves least expected error on the pool, by Fisher information of the last
 * layer.
 *
 * Greedily lowers tr(A F): F = 1/N sum_pool w_i h_i h_i^T, A^-1 = ridge I + sum_(labelled, picked)
 * w_i h_i h_i^T. By Woodbury, taking item i lowers the trace by w_i t_i / (1 + w_i a_i), a_i =
 * h_i^T A h_i, t_i = h_i^T A F A h_i. After a pick with u = A h, v = A F A h, c = w / (1 + w a):
 * a_i -= c (h_i u)^2, t_i += c^2 t (h_i u)^2 - 2 c (h_i u)(h_i v); so a pick costs N D and no
 * matrix is inverted again. For classes the information is that of "the favourite is right or not"
 * (`fisherWeights`), which keeps it D x D where all classes would need C D x C D. `gains` are the
 * falls of the trace. Equals go to the lower row. Only the forward passes of the paper; it also
 * removes items again, at twice the work.
 *
 * Shapes: [N, D], [N] -> [min(b, N)].
 * @throws NumericsError `shape_mismatch`, `non_finite`, `invalid_argument`, `invalid_data`
 * @see Ash et al. 2021 (Gone Fishing) eq. 4, algorithm 1; Huseljic et al. 2024 (binary BAIT).
 * Cost: 2 N D^2 + 3 D^3 once, b (N D + D^2) after; memory N + 3 D^2.
 * @see docs/decisions/0025
 */
export function bait(request: BaitRequest): GreedyBatch {
  const op = 'bait';
  const { features, weights_N, labelled, batchSize, ridge = 1 } = request;
  assertFeatures(op, features);
  assertSameSpace(op, features, labelled);
  assertCount(op, 'batchSize', batchSize);
  assertWeights(op, weights_N, features.rows);
  if (labelled) assertWeights(op, labelled.weights_N, labelled.rows);
  if (!(ridge > 0 && Number.isFinite(ridge)))
    throw new NumericsError('invalid_argument', `${op}: ridge must be positive, got ${ridge}.`);
  const size = Math.min(batchSize, features.rows);
  const state = new TraceState(
    features,
    weights_N,
    covariance(features.dimensions, ridge, labelled),
  );
  const taken_N = new Uint8Array(features.rows);
  const positions = new Int32Array(size);
  const gains = new Float64Array(size);
  for (let step = 0; step < size; step++) {
    const gains_N = state.gains();
    const picked = firstGreatest(gains_N, taken_N);
    positions[step] = picked;
    gains[step] = gains_N[picked]!;
    taken_N[picked] = 1;
    if (step + 1 < size) state.pick(picked);
  }
  return { positions, gains };
}

/**
 * p (1 - p) of each item's favourite: the Fisher information of the answer to "is it right?", 0 to
 * 1/4.
 * Shapes: [N, C] -> [N]. @see Huseljic et al. 2024 eq. 9. Cost: N C.
 */
export function fisherWeights(probs_N_C: Reals, rows: number, classes: number): Float64Array {
  assertLength('fisherWeights', 'probs_N_C', probs_N_C, rows * classes);
  return Float64Array.from({ length: rows }, (_, n) => {
    let best = 0;
    for (let c = 0; c < classes; c++) best = Math.max(best, probs_N_C[n * classes + c]!);
    return Math.max(0, best * (1 - best));
  });
}

/** What is known of the pool's last layer: A, A F A, and each item's a and t. */
class TraceState {
  private readonly covariance_D_D: Float64Array;
  private readonly sandwich_D_D: Float64Array;
  private readonly spread_N: Float64Array;
  private readonly effect_N: Float64Array;

  constructor(
    private readonly features: Features,
    private readonly weights_N: Reals,
    covariance_D_D: Float64Array,
  ) {
    const { rows, dimensions } = features;
    const fisher_D_D = new Float64Array(dimensions * dimensions);
    for (let n = 0; n < rows; n++) addOuter(fisher_D_D, rowOf(features, n), weights_N[n]! / rows);
    this.covariance_D_D = covariance_D_D;
    this.sandwich_D_D = timesMatrix(
      timesMatrix(covariance_D_D, fisher_D_D, dimensions),
      covariance_D_D,
      dimensions,
    );
    const quadratic = (matrix_D_D: Float64Array) =>
      Float64Array.from({ length: rows }, (_, n) =>
        innerProduct(features, n, timesVector(matrix_D_D, rowOf(features, n))),
      );
    this.spread_N = quadratic(this.covariance_D_D);
    this.effect_N = quadratic(this.sandwich_D_D);
  }

  /** By how much the trace falls with each item. */
  gains(): Float64Array {
    return this.effect_N.map((effect, n) => {
      const weight = this.weights_N[n]!;
      return (weight * Math.max(0, effect)) / (1 + weight * this.spread_N[n]!);
    });
  }

  pick(row: number): void {
    const features = this.features;
    const { spread_N, effect_N, covariance_D_D, sandwich_D_D } = this;
    const h_D = rowOf(features, row);
    const u_D = timesVector(covariance_D_D, h_D);
    const v_D = timesVector(sandwich_D_D, h_D);
    const weight = this.weights_N[row]!;
    const scale = weight / (1 + weight * spread_N[row]!);
    const square = scale * scale * effect_N[row]!;
    for (let n = 0; n < features.rows; n++) {
      const along = innerProduct(features, n, u_D);
      spread_N[n]! -= scale * along * along;
      effect_N[n]! += along * (square * along - 2 * scale * innerProduct(features, n, v_D));
    }
    const size = u_D.length;
    addOuter(covariance_D_D, u_D, -scale);
    addOuter(sandwich_D_D, u_D, square);
    for (let i = 0; i < size; i++)
      for (let j = 0; j < size; j++)
        sandwich_D_D[i * size + j]! -= scale * (u_D[i]! * v_D[j]! + v_D[i]! * u_D[j]!);
  }
}

/** (ridge I + sum_labelled w h h^T)^-1. */
function covariance(
  dimensions: number,
  ridge: number,
  labelled: BaitRequest['labelled'],
): Float64Array {
  const precision_D_D = new Float64Array(dimensions * dimensions);
  for (let d = 0; d < dimensions; d++) precision_D_D[d * dimensions + d] = ridge;
  for (let j = 0; j < (labelled?.rows ?? 0); j++)
    addOuter(precision_D_D, rowOf(labelled!, j), labelled!.weights_N[j]!);
  return inverseOfPositive(precision_D_D, dimensions);
}

function assertWeights(op: string, weights_N: Reals, rows: number): void {
  assertLength(op, 'weights_N', weights_N, rows);
  assertFinite(op, 'weights_N', weights_N);
  for (let n = 0; n < rows; n++)
    if (weights_N[n]! < 0)
      throw new NumericsError(
        'invalid_data',
        `${op}: weights_N must be >= 0, got ${weights_N[n]} at ${n}.`,
        { op, row: n, got: weights_N[n] },
      );
}
