import { expect, it } from 'vitest';
import { stepLength } from './step-length.js';

it('a step is as long as its damping where all precisions grow', () => {
  expect(stepLength(0.5, [1, 2], [3, 0])).toBe(0.5);
});

it('a precision that would fall below a tenth of itself shortens the step of its weight', () => {
  expect(stepLength(1, [10, 2], [-100, -1])).toBeCloseTo(0.09);
  expect(10 - 100 * stepLength(1, [10, 2], [-100, -1])).toBeCloseTo(1);
});

it('a precision of 0 that would fall stops it', () => {
  expect(stepLength(1, [0, 5], [-1, 1])).toBe(0);
});
