import { NumericsError } from '../errors.js';
import { dot, type Rows } from './rows.js';

export type SoftmaxMapRequest = {
  /** Phi: the kernel is Phi Phi'. */
  readonly features: Rows;
  /** Class of each row, from 0. */
  readonly labels_N: Int32Array;
  readonly classes: number;
  /** How often each row counts; 0 leaves it out. Default 1. */
  readonly weights_N?: Float64Array | undefined;
  /** Where to begin, [C, M]; the result does not hang on it. */
  readonly start_C_M?: Float64Array | undefined;
  /** Half of the squared Newton decrement at which it ends, nats. */
  readonly tolerance?: number | undefined;
};

export type SoftmaxMap = {
  /** Coefficients by class, [C, M]. */
  readonly coefficients_C_M: Float64Array;
  /** [N, C] of all rows, those without weight included. */
  readonly logits_N_C: Float64Array;
  readonly newtonSteps: number;
};

const MOST_NEWTON_STEPS = 50;
const MOST_CONJUGATE_STEPS = 12;
const MOST_HALVINGS = 30;
const SUFFICIENT = 1e-4;

/**
 * The most probable softmax regression under a standard normal prior of its coefficients:
 * argmin_B -sum_i w_i ln softmax(B phi_i)_{y_i} + |B|^2 / 2.
 *
 * Newton's method; each step is solved by conjugate gradients with the exact diagonal of the
 * Hessian as preconditioner, at most twelve, and halved until the objective falls. The objective is
 * strictly convex, so there is one answer.
 * Shapes: [N, M] -> [C, M]. Units: logits in nats.
 * @throws NumericsError `invalid_argument` for a label outside the classes, `not_converged`
 * @see Rasmussen & Williams 2006, section 3.5 (the same problem by its kernel); Nocedal & Wright
 * 2006, algorithm 7.1. Cost: 2 N M C multiply-adds a conjugate step.
 */
export function fitSoftmaxMap(request: SoftmaxMapRequest): SoftmaxMap {
  const { features, labels_N, classes, weights_N, start_C_M, tolerance = 1e-8 } = request;
  const { rows, columns } = features;
  for (const label of labels_N)
    if (!(label >= 0 && label < classes))
      throw new NumericsError(
        'invalid_argument',
        `fitSoftmaxMap: expected labels from 0 to ${classes - 1}, got ${label}.`,
      );
  const weights = weights_N ?? new Float64Array(rows).fill(1);
  const problem: Problem = { features, labels_N, classes, weights };
  const coefficients = start_C_M ? start_C_M.slice() : new Float64Array(classes * columns);
  const logits = logitsOf(features, coefficients, classes);
  const probs = new Float64Array(rows * classes);
  let value = objective(problem, coefficients, logits, probs);
  for (let newton = 0; newton < MOST_NEWTON_STEPS; newton++) {
    const gradient = gradientOf(problem, coefficients, probs);
    const direction = newtonDirection(problem, gradient, probs);
    const slope = dot(gradient, 0, direction, 0, gradient.length);
    if (-slope / 2 <= tolerance)
      return { coefficients_C_M: coefficients, logits_N_C: logits, newtonSteps: newton };
    const change = logitsOf(features, direction, classes);
    let step = 1;
    for (let halving = 0; ; halving++) {
      add(coefficients, direction, step);
      add(logits, change, step);
      const next = objective(problem, coefficients, logits, probs);
      if (next <= value + SUFFICIENT * step * slope || halving === MOST_HALVINGS) {
        value = next;
        break;
      }
      add(coefficients, direction, -step);
      add(logits, change, -step);
      step /= 2;
    }
  }
  throw new NumericsError(
    'not_converged',
    `fitSoftmaxMap: no optimum in ${MOST_NEWTON_STEPS} Newton steps for ${rows} rows of ${columns} features.`,
    { rows, columns, classes },
  );
}

type Problem = Pick<SoftmaxMapRequest, 'features' | 'labels_N' | 'classes'> & {
  readonly weights: Float64Array;
};

function add(to: Float64Array, what: Float64Array, times: number): void {
  for (let i = 0; i < to.length; i++) to[i]! += times * what[i]!;
}

/**
 * Phi B'. Four classes share one reading of the features. Shapes: [N, M], [C, M] -> [N, C].
 */
export function logitsOf(
  { rows, columns, values }: Rows,
  coefficients_C_M: Float64Array,
  classes: number,
): Float64Array {
  const logits = new Float64Array(rows * classes);
  for (let n = 0; n < rows; n++) {
    const from = n * columns;
    let c = 0;
    for (; c + 3 < classes; c += 4) {
      const a = c * columns;
      const b = a + columns;
      const d = b + columns;
      const e = d + columns;
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      for (let m = 0; m < columns; m++) {
        const x = values[from + m]!;
        s0 += x * coefficients_C_M[a + m]!;
        s1 += x * coefficients_C_M[b + m]!;
        s2 += x * coefficients_C_M[d + m]!;
        s3 += x * coefficients_C_M[e + m]!;
      }
      const at = n * classes + c;
      logits[at] = s0;
      logits[at + 1] = s1;
      logits[at + 2] = s2;
      logits[at + 3] = s3;
    }
    for (; c < classes; c++)
      logits[n * classes + c] = dot(values, from, coefficients_C_M, c * columns, columns);
  }
  return logits;
}
/**
 * R' Phi + what is in `to` already. Four rows share one pass over the sums; rows without weight are
 * left out.
 */
function addProducts(
  { rows, columns, values }: Rows,
  residuals_N_C: Float64Array,
  weights: Float64Array,
  to: Float64Array,
): Float64Array {
  const classes = residuals_N_C.length / rows;
  const counted: number[] = [];
  for (let n = 0; n < rows; n++) if (weights[n] !== 0) counted.push(n);
  let place = 0;
  for (; place + 3 < counted.length; place += 4) {
    const n0 = counted[place]!;
    const n1 = counted[place + 1]!;
    const n2 = counted[place + 2]!;
    const n3 = counted[place + 3]!;
    const [a, b, d, e] = [n0 * columns, n1 * columns, n2 * columns, n3 * columns];
    for (let c = 0; c < classes; c++) {
      const r0 = residuals_N_C[n0 * classes + c]!;
      const r1 = residuals_N_C[n1 * classes + c]!;
      const r2 = residuals_N_C[n2 * classes + c]!;
      const r3 = residuals_N_C[n3 * classes + c]!;
      const at = c * columns;
      for (let m = 0; m < columns; m++)
        to[at + m]! +=
          r0 * values[a + m]! + r1 * values[b + m]! + r2 * values[d + m]! + r3 * values[e + m]!;
    }
  }
  for (; place < counted.length; place++) {
    const n = counted[place]!;
    for (let c = 0; c < classes; c++) {
      const residual = residuals_N_C[n * classes + c]!;
      for (let m = 0; m < columns; m++) to[c * columns + m]! += residual * values[n * columns + m]!;
    }
  }
  return to;
}

/** The objective in nats; leaves the probabilities in `probs`. */
function objective(
  { labels_N, classes, weights }: Problem,
  coefficients: Float64Array,
  logits: Float64Array,
  probs: Float64Array,
): number {
  let value = dot(coefficients, 0, coefficients, 0, coefficients.length) / 2;
  for (let n = 0; n < labels_N.length; n++) {
    const from = n * classes;
    let most = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < classes; c++) most = Math.max(most, logits[from + c]!);
    let sum = 0;
    for (let c = 0; c < classes; c++) sum += probs[from + c] = Math.exp(logits[from + c]! - most);
    for (let c = 0; c < classes; c++) probs[from + c]! /= sum;
    if (weights[n] === 0) continue;
    value -= weights[n]! * (logits[from + labels_N[n]!]! - most - Math.log(sum));
  }
  return value;
}

function gradientOf(
  { features, labels_N, classes, weights }: Problem,
  coefficients: Float64Array,
  probs: Float64Array,
): Float64Array {
  const residuals = probs.map(
    (p, at) =>
      weights[Math.floor(at / classes)]! *
      (p - (labels_N[Math.floor(at / classes)] === at % classes ? 1 : 0)),
  );
  return addProducts(features, residuals, weights, coefficients.slice());
}

/** H v = v + Phi' (w p (Phi v - sum p (Phi v))), by class. */
function timesHessian(
  { features, classes, weights }: Problem,
  probs: Float64Array,
  vector: Float64Array,
): Float64Array {
  const logits = logitsOf(features, vector, classes);
  for (let n = 0; n < features.rows; n++) {
    const from = n * classes;
    const mean = dot(probs, from, logits, from, classes);
    for (let c = from; c < from + classes; c++)
      logits[c] = weights[n]! * probs[c]! * (logits[c]! - mean);
  }
  return addProducts(features, logits, weights, vector.slice());
}

function hessianDiagonal(
  { features, classes, weights }: Problem,
  probs: Float64Array,
): Float64Array {
  const { rows, columns, values } = features;
  const diagonal = new Float64Array(classes * columns).fill(1);
  for (let n = 0; n < rows; n++) {
    if (weights[n] === 0) continue;
    for (let c = 0; c < classes; c++) {
      const p = probs[n * classes + c]!;
      const curvature = weights[n]! * p * (1 - p);
      for (let m = 0; m < columns; m++)
        diagonal[c * columns + m]! += curvature * values[n * columns + m]! ** 2;
    }
  }
  return diagonal;
}

/** -H^-1 g, as far as a dozen conjugate steps come. */
function newtonDirection(
  problem: Problem,
  gradient: Float64Array,
  probs: Float64Array,
): Float64Array {
  const size = gradient.length;
  const diagonal = hessianDiagonal(problem, probs);
  const direction = new Float64Array(size);
  const residual = gradient.map((g) => -g);
  const scaled = residual.map((r, i) => r / diagonal[i]!);
  const search = scaled.slice();
  let product = dot(residual, 0, scaled, 0, size);
  const enough = product * 1e-8;
  for (let step = 0; step < MOST_CONJUGATE_STEPS && product > enough && product > 0; step++) {
    const image = timesHessian(problem, probs, search);
    const length = product / dot(search, 0, image, 0, size);
    add(direction, search, length);
    add(residual, image, -length);
    for (let i = 0; i < size; i++) scaled[i] = residual[i]! / diagonal[i]!;
    const next = dot(residual, 0, scaled, 0, size);
    const turn = next / product;
    for (let i = 0; i < size; i++) search[i] = scaled[i]! + turn * search[i]!;
    product = next;
  }
  return direction;
}
