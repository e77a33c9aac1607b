import { describe, expect, it } from 'vitest';
import { compressedModelVerdict } from './compressed-model-gate.js';

const classes = (accuracy: number, nll: number) => ({
  accuracy: { value: accuracy, low: 0, high: 1, count: 500 },
  rmse: null,
  nll,
});
const numbers = (rmse: number, nll: number) => ({ accuracy: null, rmse, nll });
const field = (full: ReturnType<typeof classes>, compressed: ReturnType<typeof classes>) => ({
  name: 'digit',
  full,
  compressed,
});

describe('the gate of a compressed model', () => {
  it('passes what is as good, better, or worse by no more than a point and .05 nats', () => {
    const full = classes(0.94, 0.2);
    for (const compressed of [classes(0.94, 0.2), classes(0.96, 0.1), classes(0.93, 0.25)])
      expect(compressedModelVerdict(500, [field(full, compressed)]).passed).toBe(true);
    expect(compressedModelVerdict(500, [field(full, classes(0.93, 0.25))]).reason).toBe(
      'On 500 held-out items: error 7.0 % after 6.0 % (at most 1 point more), NLL 0.250 after 0.200 (at most 0.05 more).',
    );
  });

  it('holds back what errs more, or is more surprised, and says which', () => {
    const full = classes(0.94, 0.2);
    expect(compressedModelVerdict(500, [field(full, classes(0.928, 0.2))])).toEqual({
      passed: false,
      reason: 'On 500 held-out items: error 7.2 % after 6.0 % (at most 1 point more).',
    });
    expect(compressedModelVerdict(500, [field(full, classes(0.94, 0.26))]).reason).toBe(
      'On 500 held-out items: NLL 0.260 after 0.200 (at most 0.05 more).',
    );
    expect(compressedModelVerdict(500, [field(full, classes(0.94, Number.NaN))]).passed).toBe(
      false,
    );
  });

  it('judges numbers by their RMSE', () => {
    const of = (rmse: number) => [
      { name: 'age', full: numbers(10, 1), compressed: numbers(rmse, 1.01) },
    ];
    expect(compressedModelVerdict(100, of(10.2)).passed).toBe(true);
    expect(compressedModelVerdict(100, of(10.3))).toEqual({
      passed: false,
      reason: 'On 100 held-out items: RMSE 10.3 after 10 (at most 2 % more).',
    });
  });

  it('asks every field, and names the one that fails', () => {
    const good = field(classes(0.9, 0.3), classes(0.9, 0.3));
    const bad = { ...field(classes(0.9, 0.3), classes(0.8, 0.3)), name: 'ink' };
    expect(compressedModelVerdict(100, [good, good]).passed).toBe(true);
    expect(compressedModelVerdict(100, [good, bad])).toEqual({
      passed: false,
      reason:
        'On 100 held-out items and field "ink": error 20.0 % after 10.0 % (at most 1 point more).',
    });
  });

  it('does not pass for want of items to judge it by', () => {
    const same = classes(0.9, 0.3);
    expect(compressedModelVerdict(19, [field(same, same)])).toEqual({
      passed: false,
      reason: '19 held-out items are too few to judge it; it takes 20.',
    });
    expect(compressedModelVerdict(0, []).passed).toBe(false);
  });
});
