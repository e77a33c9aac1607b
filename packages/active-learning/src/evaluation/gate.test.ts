import { describe, expect, it } from 'vitest';
import { gateVerdict } from './gate.js';

const classes = (rows: number, won: number, lost: number) => ({
  rows,
  won,
  lost,
  agreement: null,
  squaredErrorRise: null,
  squaredErrorRiseError: null,
});

describe('gateVerdict', () => {
  it('lets a model through that is better, equal, or worse by chance', () => {
    expect(gateVerdict(null).passed).toBe(true);
    expect(gateVerdict(classes(500, 20, 5)).passed).toBe(true);
    expect(gateVerdict(classes(500, 0, 0)).passed).toBe(true);
    expect(gateVerdict(classes(500, 10, 17)).passed).toBe(true);
    expect(gateVerdict(classes(19, 0, 19)).passed).toBe(true);
  });

  it('keeps a clearly worse model out, with the counts', () => {
    expect(gateVerdict(classes(500, 10, 40))).toEqual({
      passed: false,
      reason:
        'Clearly worse: of 500 held-out items it lost 40 that the model in use gets right and won 10.',
    });
  });

  it('judges numbers by the rise of the squared error against its standard error', () => {
    const numbers = (rise: number) => ({
      ...classes(100, 0, 0),
      squaredErrorRise: rise,
      squaredErrorRiseError: 1,
    });
    expect(gateVerdict(numbers(1)).passed).toBe(true);
    expect(gateVerdict(numbers(2)).passed).toBe(false);
  });
});
