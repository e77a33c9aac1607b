/**
 * Covariance of a wide network with one hidden layer of `units` relu and independent N(0,
 * deviation^2) weights and biases:
 * k(a, b) = s^2 + units s^2 |u| |v| (sin t + (pi - t) cos t) / 2 pi, u = s (a, 1), v = s (b, 1), t
 * the angle between them.
 * @see Cho & Saul 2009, "Kernel Methods for Deep Learning", equation 3 with n = 1; Neal 1996 for
 * the limit
 */
export function arcCosineKernel(units: number, deviation: number) {
  const variance = deviation ** 2;
  return (a: number, b: number): number => {
    const [inA, inB] = [variance * (a * a + 1), variance * (b * b + 1)];
    const lengths = Math.sqrt(inA * inB);
    const cosine = Math.max(-1, Math.min(1, (variance * (a * b + 1)) / lengths));
    const angle = Math.acos(cosine);
    const order = Math.sin(angle) + (Math.PI - angle) * cosine;
    return variance + (units * variance * lengths * order) / (2 * Math.PI);
  };
}

type Kernel = (a: number, b: number) => number;

export type GpPosterior = {
  readonly mean: Float64Array;
  /** Variance of the function, without noise. */
  readonly variance: Float64Array;
  /** ln p(y | x), nats. */
  readonly logEvidence: number;
};

/**
 * Exact Gaussian-process regression at `at`, in float64: mean k' A^-1 y, variance k(x, x) - k' A^-1
 * k, A = K + noise I.
 * @see Rasmussen & Williams 2006, algorithm 2.1. Cost: n^3 / 3 + n^2 for each place.
 */
export function exactGp(
  kernel: Kernel,
  noiseVariance: number,
  { x, y }: { readonly x: ArrayLike<number>; readonly y: ArrayLike<number> },
  at: ArrayLike<number>,
): GpPosterior {
  const n = x.length;
  const gram = Float64Array.from({ length: n * n }, (_, i) => {
    const [row, column] = [Math.floor(i / n), i % n];
    return kernel(x[row]!, x[column]!) + (row === column ? noiseVariance : 0);
  });
  const lower = cholesky(gram, n);
  const whitened = forwardSolve(lower, n, y);
  const mean = new Float64Array(at.length);
  const variance = new Float64Array(at.length);
  for (let i = 0; i < at.length; i++) {
    const cross = Float64Array.from({ length: n }, (_, row) => kernel(x[row]!, at[i]!));
    const solved = forwardSolve(lower, n, cross);
    mean[i] = dot(solved, whitened);
    variance[i] = kernel(at[i]!, at[i]!) - dot(solved, solved);
  }
  let logDeterminant = 0;
  for (let row = 0; row < n; row++) logDeterminant += Math.log(lower[row * n + row]!);
  const logEvidence =
    -0.5 * dot(whitened, whitened) - logDeterminant - 0.5 * n * Math.log(2 * Math.PI);
  return { mean, variance, logEvidence };
}

/**
 * Lower L with L L' = matrix, [n, n]. @throws RangeError when the matrix is not positive definite
 */
export function cholesky(matrix: Float64Array, n: number): Float64Array {
  const lower = new Float64Array(n * n);
  for (let row = 0; row < n; row++) {
    for (let column = 0; column <= row; column++) {
      let rest = matrix[row * n + column]!;
      for (let k = 0; k < column; k++) rest -= lower[row * n + k]! * lower[column * n + k]!;
      if (row !== column) lower[row * n + column] = rest / lower[column * n + column]!;
      else if (rest > 0) lower[row * n + row] = Math.sqrt(rest);
      else
        throw new RangeError(
          `Cholesky: expected a positive definite matrix, pivot ${row} is ${rest}.`,
        );
    }
  }
  return lower;
}

function forwardSolve(lower: Float64Array, n: number, right: ArrayLike<number>): Float64Array {
  const solved = new Float64Array(n);
  for (let row = 0; row < n; row++) {
    let rest = right[row]!;
    for (let k = 0; k < row; k++) rest -= lower[row * n + k]! * solved[k]!;
    solved[row] = rest / lower[row * n + row]!;
  }
  return solved;
}

const dot = (a: Float64Array, b: Float64Array): number =>
  a.reduce((sum, value, i) => sum + value * b[i]!, 0);
