import { normal, stream } from '@dubio/bayes-core/pure';
import { describe, expect, it } from 'vitest';
import { mixtureLogLikelihood } from './mixture-likelihood.js';
import { numberMetrics } from './number-metrics.js';

describe('numberMetrics', () => {
  it('knows two items by hand', () => {
    const { rmse, mae, nllNats } = numberMetrics({
      rows: 2,
      mean_N: [0, 0],
      variance_N: [1, 4],
      targets_N: [3, -4],
    });
    expect(rmse).toBeCloseTo(Math.sqrt(12.5), 12);
    expect(mae).toBeCloseTo(3.5, 12);
    expect(nllNats).toBeCloseTo(
      (Math.log(2 * Math.PI) + 0.5 * Math.log(4) + 9 / 2 + 16 / 8) / 2,
      12,
    );
  });

  it('finds the stated coverage and likelihood on values drawn as predicted', () => {
    const rows = 20_000;
    const variance_N = Float64Array.from({ length: rows }, (_, n) => 1 + (n % 9));
    const noise = normal(stream(3), rows);
    const metrics = numberMetrics({
      rows,
      mean_N: new Float64Array(rows),
      variance_N,
      targets_N: noise.map((e, n) => e * Math.sqrt(variance_N[n]!)),
    });
    // Four standard errors; the seed is fixed.
    for (const { level, share } of metrics.coverage)
      expect(Math.abs(share.estimate! - level)).toBeLessThan(4 * Math.sqrt(0.25 / rows));
    const entropy = variance_N.reduce(
      (sum, v) => sum + 0.5 * Math.log(2 * Math.PI * Math.E * v),
      0,
    );
    expect(Math.abs(metrics.nllNats - entropy / rows)).toBeLessThan(4 * Math.sqrt(0.5 / rows));
  });

  it('refuses a variance of zero: a forgotten noise', () => {
    expect(() => numberMetrics({ rows: 1, mean_N: [0], variance_N: [0], targets_N: [0] })).toThrow(
      /positive/,
    );
  });
});

describe('mixtureLogLikelihood', () => {
  it('with one sample is the normal log density', () => {
    const value = mixtureLogLikelihood({
      rows: 1,
      samples: 1,
      means_N_T: [1],
      targets_N: [3],
      precision: 0.25,
    });
    expect(value).toBeCloseTo(-0.5 * Math.log(2 * Math.PI * 4) - 4 / 8, 12);
  });

  it('equals the log of the averaged density', () => {
    const density = (m: number) => Math.exp(-((2 - m) ** 2)) / Math.sqrt(Math.PI);
    const value = mixtureLogLikelihood({
      rows: 1,
      samples: 3,
      means_N_T: [0, 1, 4],
      targets_N: [2],
      precision: 2,
    });
    expect(value).toBeCloseTo(Math.log((density(0) + density(1) + density(4)) / 3), 12);
  });

  it('does not underflow far from all samples', () => {
    const value = mixtureLogLikelihood({
      rows: 1,
      samples: 2,
      means_N_T: [0, 1],
      targets_N: [1e4],
      precision: 1,
    });
    expect(Number.isFinite(value)).toBe(true);
    expect(() =>
      mixtureLogLikelihood({ rows: 1, samples: 1, means_N_T: [0], targets_N: [0], precision: 0 }),
    ).toThrow(/precision/);
  });
});

it('numberMetrics measures how far targets lie from means, whatever their signs', () => {
  // Both are off by 2, so root mean square and mean are 2; sums would be 8 and 0.
  const input = { rows: 2, mean_N: [3, -1], variance_N: [1, 4], targets_N: [5, 1] };
  const { rmse, mae, nllNats } = numberMetrics(input);
  expect(rmse).toBe(2);
  expect(mae).toBe(2);
  // 1/2 ln(2 pi v) + error^2 / 2v, per row.
  const each = [Math.log(2 * Math.PI) / 2 + 2, Math.log(8 * Math.PI) / 2 + 0.5];
  expect(nllNats).toBeCloseTo((each[0]! + each[1]!) / 2, 12);
});

it.each(['mean_N', 'variance_N', 'targets_N'])('numberMetrics refuses %s of no use', (name) => {
  const input = { rows: 2, mean_N: [3, -1], variance_N: [1, 4], targets_N: [5, 1] };
  expect(() => numberMetrics({ ...input, [name]: [1] })).toThrow(new RegExp(name));
  expect(() => numberMetrics({ ...input, [name]: [1, Number.NaN] })).toThrow(new RegExp(name));
});
