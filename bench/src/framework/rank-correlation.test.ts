import { expect, it } from 'vitest';
import { rankCorrelation } from './rank-correlation.js';

it('rank correlation sees order only, and shares the ranks of equal values', () => {
  expect(rankCorrelation([1, 2, 30, 4], [10, 20, 99, 50])).toBeCloseTo(1, 12);
  expect(rankCorrelation([1, 2, 3], [3, 2, 1])).toBeCloseTo(-1, 12);
  // Ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: 4.5 / sqrt(4.5 * 5).
  expect(rankCorrelation([1, 2, 2, 3], [1, 2, 3, 4])).toBeCloseTo(4.5 / Math.sqrt(22.5), 12);
  expect(rankCorrelation([1, 1], [1, 2])).toBeNaN();
});
