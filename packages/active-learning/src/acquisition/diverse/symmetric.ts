import { NumericsError } from '@dubio/bayes-core/pure';

/**
 * Adds weight x x^T to a symmetric matrix.
 * Shapes: [D, D], [D]. Cost: D^2.
 */
export function addOuter(matrix_D_D: Float64Array, x_D: ArrayLike<number>, weight: number): void {
  const size = x_D.length;
  for (let i = 0; i < size; i++) {
    const scaled = weight * x_D[i]!;
    if (scaled === 0) continue;
    for (let j = 0; j < size; j++) matrix_D_D[i * size + j]! += scaled * x_D[j]!;
  }
}

/** M x. Shapes: [D, D], [D] -> [D]. Cost: D^2. */
export function timesVector(matrix_D_D: Float64Array, x_D: ArrayLike<number>): Float64Array {
  const size = x_D.length;
  const product = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    let sum = 0;
    for (let j = 0; j < size; j++) sum += matrix_D_D[i * size + j]! * x_D[j]!;
    product[i] = sum;
  }
  return product;
}

/** A B of two square matrices, row-major. Cost: D^3. */
export function timesMatrix(a_D_D: Float64Array, b_D_D: Float64Array, size: number): Float64Array {
  const product = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let k = 0; k < size; k++) {
      const a = a_D_D[i * size + k]!;
      for (let j = 0; j < size; j++) product[i * size + j]! += a * b_D_D[k * size + j]!;
    }
  return product;
}

/**
 * The inverse of a symmetric positive definite matrix.
 *
 * M = L L^T (Cholesky), then column by column L y = e, L^T x = y. Shapes: [D, D] -> [D, D]. Cost:
 * 4/3 D^3.
 * @throws NumericsError `invalid_data` when the matrix is not positive definite
 * @see Golub & Van Loan 2013 section 4.2
 */
export function inverseOfPositive(matrix_D_D: Float64Array, size: number): Float64Array {
  const lower = cholesky(matrix_D_D, size);
  const inverse = new Float64Array(size * size);
  const x = new Float64Array(size);
  for (let column = 0; column < size; column++) {
    x.fill(0);
    x[column] = 1;
    for (let i = column; i < size; i++) {
      for (let k = column; k < i; k++) x[i]! -= lower[i * size + k]! * x[k]!;
      x[i]! /= lower[i * size + i]!;
    }
    for (let i = size - 1; i >= 0; i--) {
      for (let k = i + 1; k < size; k++) x[i]! -= lower[k * size + i]! * x[k]!;
      x[i]! /= lower[i * size + i]!;
    }
    for (let i = 0; i < size; i++) inverse[i * size + column] = x[i]!;
  }
  return inverse;
}

function cholesky(matrix_D_D: Float64Array, size: number): Float64Array {
  const lower = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++) {
      let sum = matrix_D_D[i * size + j]!;
      for (let k = 0; k < j; k++) sum -= lower[i * size + k]! * lower[j * size + k]!;
      if (i === j && !(sum > 0))
        throw new NumericsError(
          'invalid_data',
          `A positive definite matrix was expected, pivot ${i} is ${sum}. Use a greater ridge.`,
          { pivot: i, got: sum },
        );
      lower[i * size + j] = i === j ? Math.sqrt(sum) : sum / lower[j * size + j]!;
    }
  return lower;
}
