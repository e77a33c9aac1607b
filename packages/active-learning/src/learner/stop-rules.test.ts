import { normal, stream } from '@dubio/bayes-core/pure';
import { describe, expect, it } from 'vitest';
import { gainUpperBound, type RoundFigures, type StopPolicy, stopReasons } from './stop-rules.js';

const never: StopPolicy = {
  better: 'greater',
  targetMetric: null,
  epistemic: null,
  totalUncertainty: null,
  labelBudget: null,
  leastGain: null,
  agreement: null,
  window: 3,
};

const round = (labels: number, parts: Partial<RoundFigures> = {}): RoundFigures => ({
  labels,
  metric: null,
  epistemicMean: null,
  totalMean: null,
  agreement: null,
  ...parts,
});

const codes = (history: RoundFigures[], policy: Partial<StopPolicy>) =>
  stopReasons(history, { ...never, ...policy }).map(({ code }) => code);

describe('stopReasons', () => {
  it('says nothing without a history, without limits, or without figures', () => {
    expect(codes([], { labelBudget: 1 })).toEqual([]);
    expect(codes([round(10, { metric: 1 })], {})).toEqual([]);
    expect(
      codes([round(10)], { targetMetric: 0.5, epistemic: 1, totalUncertainty: 1, leastGain: 1 }),
    ).toEqual([]);
  });

  it('knows the target from either side', () => {
    expect(codes([round(10, { metric: 0.95 })], { targetMetric: 0.95 })).toEqual([
      'target-reached',
    ]);
    expect(codes([round(10, { metric: 0.94 })], { targetMetric: 0.95 })).toEqual([]);
    const less = { targetMetric: 2, better: 'less' as const };
    expect(codes([round(10, { metric: 1.9 })], less)).toEqual(['target-reached']);
    expect(codes([round(10, { metric: 2.1 })], less)).toEqual([]);
  });

  it('tells epistemic from total uncertainty', () => {
    const history = [round(10, { epistemicMean: 0.01, totalMean: 0.5 })];
    expect(codes(history, { epistemic: 0.02, totalUncertainty: 0.02 })).toEqual([
      'epistemic-uncertainty-low',
    ]);
    expect(codes(history, { epistemic: 0.005, totalUncertainty: 0.5 })).toEqual([
      'total-uncertainty-low',
    ]);
  });

  it('counts the budget, and says so in a sentence', () => {
    const [reason] = stopReasons([round(300)], { ...never, labelBudget: 300 });
    expect(reason).toMatchObject({ code: 'budget-spent', value: 300, limit: 300 });
    expect(reason!.sentence).toBe('The budget is spent: 300 of 300 labels.');
    expect(codes([round(299)], { labelBudget: 300 })).toEqual([]);
  });

  it('calls a curve flat only when even its noise leaves no gain', () => {
    const curve = (...metrics: number[]) =>
      metrics.map((metric, i) => round(20 * (i + 1), { metric }));
    const policy = { leastGain: 0.01 };
    expect(codes(curve(0.5, 0.9, 0.9, 0.9), policy)).toEqual(['curve-flat']);
    expect(codes(curve(0.88, 0.89, 0.9), policy)).toEqual([]);
    expect(codes(curve(0.9, 0.8, 0.9), policy)).toEqual([]);
    expect(codes(curve(0.9, 0.9), policy)).toEqual([]);
    const again = [
      round(20, { metric: 0.9 }),
      round(20, { metric: 0.9 }),
      round(20, { metric: 0.9 }),
    ];
    expect(codes(again, policy)).toEqual([]);
    expect(codes(curve(2, 2, 2), { ...policy, better: 'less' })).toEqual(['curve-flat']);
    expect(codes(curve(3, 2, 1), { ...policy, better: 'less' })).toEqual([]);
  });

  it('waits for a window of models that agree', () => {
    const kappas = (...values: (number | null)[]) =>
      values.map((agreement, i) => round(i + 1, { agreement }));
    const policy = { agreement: 0.99 };
    expect(codes(kappas(0.2, 0.99, 0.995, 1), policy)).toEqual(['answers-stable']);
    expect(codes(kappas(0.95, 0.99, 1), policy)).toEqual([]);
    expect(codes(kappas(null, 1, 1), policy)).toEqual([]);
  });
});

it('gainUpperBound is the rise of a straight line without noise', () => {
  expect(gainUpperBound([10, 20, 30, 40], [0.1, 0.2, 0.3, 0.4])).toBeCloseTo(0.3, 12);
  // By hand: slope 0, residuals 1/6, -1/3, 1/6 of 1: sum of squares 1/6, error sqrt((1/6)/1/2);
  // Student's t of 1 degree at 95 %.
  expect(gainUpperBound([0, 1, 2], [0.5, 0, 0.5])).toBeCloseTo(
    6.313752 * 2 * Math.sqrt(1 / 6 / 2),
    5,
  );
  expect(() => gainUpperBound([1, 1, 1], [1, 2, 3])).toThrow(/differ/);
});

it.each([3, 4, 6, 12])(
  'gainUpperBound over %d rounds holds the true rise 95 times in 100',
  (count) => {
    const labels = Array.from({ length: count }, (_, r) => 10 * r);
    const draws = 4000;
    let held = 0;
    for (let draw = 0; draw < draws; draw++) {
      const noise = normal(stream(3).at(draw), count);
      const rise = gainUpperBound(
        labels,
        labels.map((x, r) => 0.002 * x + 0.01 * noise[r]!),
      );
      if (rise >= 0.002 * labels.at(-1)!) held++;
    }
    // Five standard errors of a share of 0.95 in 4,000: missed by chance less than once in a
    // million.
    expect(Math.abs(held / draws - 0.95)).toBeLessThan(5 * Math.sqrt((0.95 * 0.05) / draws));
  },
);
