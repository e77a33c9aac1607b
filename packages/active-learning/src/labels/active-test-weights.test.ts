import { expect, it } from 'vitest';
import { activeTestWeights } from './active-test-weights.js';

const drawn = (among: number, drawnIn: number) => ({
  split: 'pool',
  isActiveTest: true,
  draw: { chance: 1 / among, among },
  drawnIn,
});

it('active-test items stand for the largest pool that they were ever drawn from', () => {
  // One was answered when twelve were open: before it the pool held thirteen.
  expect(activeTestWeights([drawn(10, 1), drawn(12, 2)])?.poolRows).toBe(13);
  expect(activeTestWeights([drawn(10, 1), drawn(9, 2)])?.poolRows).toBe(10);
});

it('draws by chance alone weigh one, in whatever order they come', () => {
  const { weights } = activeTestWeights([drawn(9, 2), drawn(10, 1)])!;
  for (const weight of weights) expect(weight).toBeCloseTo(1, 12);
  expect(activeTestWeights([])).toBeNull();
});
