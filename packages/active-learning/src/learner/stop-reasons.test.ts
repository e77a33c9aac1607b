import { Policies, RoundMetrics } from '@dubio/contracts';
import { describe, expect, it } from 'vitest';
import { historyStopReasons } from './stop-reasons.js';

const round = (labels: number, change: Partial<RoundMetrics>): RoundMetrics =>
  RoundMetrics.parse({
    labels,
    metricName: 'accuracy',
    metric: 0.9,
    metricLow: null,
    metricHigh: null,
    heldOut: 100,
    heldOutSource: 'test',
    control: null,
    ece: null,
    nll: null,
    brier: null,
    epistemicMean: null,
    aleatoricMean: null,
    epistemicHistogram: null,
    trainSeconds: null,
    scoreSeconds: null,
    selectSeconds: null,
    ...change,
  });
const stop = (change: Partial<Policies['stop']>) => Policies.parse({ stop: change });
const codes = (history: RoundMetrics[], policies: Policies) =>
  historyStopReasons(history, policies).map(({ code }) => code);

describe('stop rules that look at a history', () => {
  const flat = [0.9, 0.9, 0.9, 0.9].map((metric, i) => round(20 * i, { metric, agreement: 0.995 }));

  it('are silent unless a project asks for them', () => {
    expect(codes(flat, stop({}))).toEqual([]);
  });

  it('see a flat curve and models that agree, with the figures they rest on', () => {
    expect(codes(flat, stop({ leastGain: 0.01, agreement: 0.99 }))).toEqual([
      'curve-flat',
      'answers-stable',
    ]);
    expect(codes(flat.slice(1), stop({ leastGain: 0.01, agreement: 0.99 }))).toEqual([]);
    expect(historyStopReasons(flat, stop({ agreement: 0.99 }))[0]?.sentence).toContain('0.995');
  });

  it('take a falling error for progress', () => {
    const falling = [4, 3, 2, 1].map((metric, i) => round(20 * i, { metric, metricName: 'rmse' }));
    expect(codes(falling, stop({ leastGain: 0.01 }))).toEqual([]);
    expect(
      codes(
        [...falling].reverse().map((m, i) => ({ ...m, labels: i })),
        stop({ leastGain: 0.01 }),
      ),
    ).toEqual(['curve-flat']);
  });

  it('see that total uncertainty is low', () => {
    expect(codes([round(20, { totalMean: 0.05 })], stop({ totalUncertainty: 0.1 }))).toEqual([
      'total-uncertainty-low',
    ]);
  });
});
