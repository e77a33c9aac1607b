import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { NumericsError } from '../errors.js';

/** M = V diag(values) V', eigenvectors in the columns of V. */
export type SymmetricEigen = {
  readonly size: number;
  /** In no promised order. */
  readonly values: Float64Array;
  /** [n, n] row-major: entry i of vector k at i * n + k. */
  readonly vectors: Float64Array;
};

/**
 * Eigenvalues and eigenvectors of a symmetric matrix [n, n]: Householder's reduction to three
 * diagonals, then implicit QL steps. About 9 n^3 operations.
 * @throws NumericsError `non_finite`
 * @see Bowdler, Martin, Reinsch & Wilkinson 1968; docs/decisions/0162
 */
export function symmetricEigen(matrix_N_N: ArrayLike<number>, size: number): SymmetricEigen {
  const entries = Float64Array.from(matrix_N_N);
  if (!entries.every(Number.isFinite))
    throw new NumericsError(
      'non_finite',
      'symmetricEigen: the matrix has entries that are no number.',
    );
  const matrix = Matrix.from1DArray(size, size, entries);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, {
    assumeSymmetric: true,
  });
  return {
    size,
    values: Float64Array.from(realEigenvalues),
    vectors: Float64Array.from(eigenvectorMatrix.to1DArray()),
  };
}
