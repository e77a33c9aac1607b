import { Policies, type RoundMetrics } from '@dubio/contracts';
import { describe, expect, it } from 'vitest';
import { verdictOf } from './verdict.js';

const round = (metric: number | null, epistemicMean: number, more: Partial<RoundMetrics> = {}) => ({
  labels: 40,
  metricName: 'accuracy' as const,
  metric,
  metricLow: metric === null ? null : metric - 0.02,
  metricHigh: metric === null ? null : metric + 0.02,
  heldOut: 400,
  heldOutSource: 'test' as const,
  control: null,
  ece: null,
  nll: null,
  brier: null,
  lure: null,
  activeTest: null,
  scoredBy: { network: 'full' as const, reason: null },
  adaptiveSampling: null,
  epistemicMean,
  aleatoricMean: 0.1,
  totalMean: null,
  agreement: null,
  stop: [],
  epistemicHistogram: null,
  trainSeconds: 1,
  scoreSeconds: 1,
  selectSeconds: 1,
  ...more,
});

const verdict = (metrics: RoundMetrics[], stop: Partial<Policies['stop']> = {}) => {
  const policies = Policies.parse({ stop });
  const at = { labelCount: 40, labelsUntilRound: 5, nextRound: metrics.length + 1 };
  return verdictOf({ policies, metrics, ...at });
};

describe('a verdict without a stop rule', () => {
  it('says that labels still help while the curve rises by more than its interval', () => {
    const { headline, reason, rule, met } = verdict([
      round(0.7, 0.61),
      round(0.74, 0.5),
      round(0.79, 0.42),
      round(0.8, 0.31),
    ]);
    expect({ headline, rule, met }).toEqual({
      headline: 'Keep labelling',
      rule: 'none',
      met: false,
    });
    expect(reason).toBe(
      'The last 3 rounds gained 10.0 points of accuracy. That is more than the ± 2.0 of its 95 % interval: labels still help. ' +
        'Mean epistemic uncertainty of the pool is 0.31 nats, 0.61 nats 3 rounds ago. ' +
        'No stop rule is set: give a target, a limit of uncertainty or a budget, and this page says when it is met.',
    );
  });
  it('says that the curve may be flat when three rounds gained less than the interval', () => {
    const { reason } = verdict([0.8, 0.805, 0.803, 0.81].map((metric) => round(metric, 0.2)));
    expect(reason).toContain('less than the ± 2.0 of its 95 % interval: the curve may be flat.');
  });
  it('does not call a curve of two rounds flat', () => {
    const { reason } = verdict([round(0.8, 0.2), round(0.805, 0.2)]);
    expect(reason).toContain('less than the ± 2.0 of its 95 % interval: too early to tell.');
  });
  it('says when it is too early to tell, and why', () => {
    expect(verdict([round(0.7, 0.6)]).reason).toContain('a trend needs a second round');
    const few = [0.6, 0.9].map((metric) => round(metric, 0.2, { heldOut: 12 }));
    expect(verdict(few).reason).toContain('Too early to tell: 12 held-out items, 30 are needed.');
    const none = round(null, 0.6, { heldOut: 0, heldOutSource: 'none' });
    expect(verdict([none]).reason).toContain('No item is held out');
  });
  it('sends to the last round when the model got clearly worse', () => {
    const { reason } = verdict([round(0.8, 0.2), round(0.7, 0.3)]);
    expect(reason).toContain('lost 10.0 points of accuracy.');
    expect(reason).toContain('look at what the last round learnt from');
  });
  it('reads an error the other way round, in its own unit', () => {
    const error = { metricName: 'rmse' as const };
    const { reason } = verdict([round(0.5, 0.04, error), round(0.4, 0.03, error)]);
    expect(reason).toContain('took 0.10 off the error. That is more than the ± 0.020');
    expect(reason).toContain('0.030 squared units, 0.040 squared units a round ago');
  });
});

it('a verdict with a stop rule names what it waits for', () => {
  const { reason, rule } = verdict([round(0.7, 0.6), round(0.8, 0.5)], { targetMetric: 0.95 });
  expect(rule).toBe('target');
  expect(reason).toBe(
    'The last round gained 10.0 points of accuracy. The stop rule waits for accuracy of 95.0 %.',
  );
});

describe('a verdict by rules that looked at the history', () => {
  const flat = {
    code: 'curve-flat',
    value: 0.001,
    limit: 0.01,
    sentence: 'The curve is flat: so it is.',
  } as const;
  const last = round(0.9, 0.2, { stop: [flat] });

  it('says aloud what they found', () => {
    expect(verdict([last], { leastGain: 0.01 })).toEqual({
      headline: 'The curve is flat',
      reason: 'The curve is flat: so it is.',
      rule: 'flat-curve',
      met: true,
    });
  });
  it('does not hold a project to a limit that was changed since', () => {
    expect(verdict([last], { leastGain: 0.02 }).met).toBe(false);
    expect(verdict([last]).met).toBe(false);
  });
  it('names what it waits for', () => {
    const { reason, rule } = verdict([round(0.9, 0.2)], { agreement: 0.99, leastGain: 0.01 });
    expect(reason).toContain('a flat curve or answers that no longer change');
    expect(rule).toBe('flat-curve');
  });
});
