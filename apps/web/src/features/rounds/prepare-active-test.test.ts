import { describe, expect, it } from 'vitest';
import { activeTestWords } from './prepare-active-test';

const figure = { value: 0.912, standardError: 0.015, low: 0.88, high: 0.9412 };
const activeTest = {
  rows: 41,
  effectiveRows: 30.2,
  metric: figure,
  nll: { value: 0.3104, standardError: 0.052, low: 0.21, high: 0.41 },
};

describe('activeTestWords', () => {
  it('gives accuracy with its interval, and the likelihood', () => {
    expect(activeTestWords(activeTest, 'accuracy')).toBe(
      '91.2 %, 88.0 to 94.1 %, NLL 0.310 ± 0.052 nats',
    );
  });

  it('gives the error in units of the answer, and leaves out what there is not', () => {
    const rmse = { value: 2.5, standardError: 0.2, low: 2.1, high: 2.9 };
    expect(activeTestWords({ ...activeTest, metric: rmse, nll: null }, 'rmse')).toBe(
      '2.50 RMSE, 2.10 to 2.90',
    );
    expect(activeTestWords({ ...activeTest, metric: null, nll: null }, 'rmse')).toBeNull();
    expect(activeTestWords(null, 'accuracy')).toBeNull();
  });
});
