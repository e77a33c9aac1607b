import { describe, expect, it } from 'vitest';
import { normal } from '../random/normal.js';
import { stream } from '../random/stream.js';
import { symmetricEigen } from './symmetric-eigen.js';

/** X'X of random X with `rank` rows. */
function gram(size: number, rank: number): Float64Array {
  const x = normal(stream(3).at(size), size * rank);
  const matrix = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      let sum = 0;
      for (let r = 0; r < rank; r++) sum += x[r * size + i]! * x[r * size + j]!;
      matrix[i * size + j] = sum;
    }
  }
  return matrix;
}

describe('eigenvalues and eigenvectors of a symmetric matrix', () => {
  it.each([
    ['one number', 1, 3],
    ['two', 2, 5],
    ['full rank', 23, 40],
    ['deficient rank', 30, 7],
    ['hardly any rank', 64, 1],
    ['a hundred', 100, 120],
  ])('give it back (%s) and are orthonormal', (_, size, rank) => {
    const matrix = gram(size, rank);
    const { values, vectors } = symmetricEigen(matrix, size);
    const largest = Math.max(...values);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        let [rebuilt, product] = [0, 0];
        for (let k = 0; k < size; k++) {
          rebuilt += vectors[i * size + k]! * values[k]! * vectors[j * size + k]!;
          product += vectors[k * size + i]! * vectors[k * size + j]!;
        }
        expect(Math.abs(rebuilt - matrix[i * size + j]!)).toBeLessThan(1e-12 * largest);
        expect(Math.abs(product - (i === j ? 1 : 0))).toBeLessThan(1e-12);
      }
    }
  });

  it('of a diagonal matrix are its entries', () => {
    const { values } = symmetricEigen([3, 0, 0, 0, -1, 0, 0, 0, 2], 3);
    expect([...values].sort((a, b) => a - b)).toEqual([-1, 2, 3]);
  });

  it('of the zero matrix are zero', () => {
    expect([...symmetricEigen(new Float64Array(16), 4).values]).toEqual([0, 0, 0, 0]);
  });

  it('are refused where an entry is no number', () => {
    expect(() => symmetricEigen([1, Number.NaN, Number.NaN, 1], 2)).toThrow(/no number/);
    expect(() => symmetricEigen([Number.POSITIVE_INFINITY], 1)).toThrow(/no number/);
  });
});
