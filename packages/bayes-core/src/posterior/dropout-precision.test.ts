import { describe, expect, it } from 'vitest';
import { precisionFromWeightDecay, weightDecayFromPrecision } from './dropout-precision.js';

const scale = { lengthScale: 0.01, keep: 0.95, rows: 455 };

describe('precision and weight decay under dropout', () => {
  it('follow tau = l^2 p / (2 N lambda)', () => {
    expect(precisionFromWeightDecay(scale, 1e-6)).toBeCloseTo((1e-4 * 0.95) / (2 * 455 * 1e-6), 12);
  });

  it('are the inverse of each other', () => {
    const lambda = weightDecayFromPrecision(scale, 0.25);
    expect(precisionFromWeightDecay(scale, lambda)).toBeCloseTo(0.25, 12);
  });

  it('refuse a probability above 1 and numbers that are not positive, by name', () => {
    expect(() => precisionFromWeightDecay({ ...scale, keep: 1.2 }, 1)).toThrow(
      /keep: .* at most 1/,
    );
    expect(() => weightDecayFromPrecision(scale, 0)).toThrow(/tau: expected a positive number/);
  });
});
