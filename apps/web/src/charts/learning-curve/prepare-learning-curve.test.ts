import { describe, expect, it } from 'vitest';
import type { CurveInput } from './curve-types';
import { prepareLearningCurve } from './prepare-learning-curve';

const round = (number: number, labels: number, metric: number | null) => ({
  round: number,
  labels,
  metric,
  low: metric === null ? null : metric - 0.01,
  high: metric === null ? null : metric + 0.01,
});
const input = (change: Partial<CurveInput> = {}): CurveInput => ({
  metricName: 'accuracy',
  rounds: [round(1, 20, 0.688), round(2, 60, 0.78), round(3, 100, 0.861), round(4, 140, 0.926)],
  baseline: null,
  target: null,
  running: null,
  bandSays: '95 % interval',
  ...change,
});
const plain = (text: string) => text.replaceAll('\u00a0', ' ');

describe('prepareLearningCurve', () => {
  it('starts the axis at the whole ten below the lowest value and ends it at 100 %', () => {
    const curve = prepareLearningCurve(input(), 630);
    expect(curve.yTicks.map((tick) => plain(tick.text))).toEqual([
      '60 %',
      '70 %',
      '80 %',
      '90 %',
      '100 %',
    ]);
    expect(curve.yTicks[0]?.at).toBe(curve.plot.bottom);
    expect(curve.xTicks[0]?.text).toBe('0');
  });

  it('leaves a gap where a round failed: two lines, two bands, no point', () => {
    const curve = prepareLearningCurve(
      input({
        rounds: [
          round(1, 20, 0.7),
          round(2, 60, 0.8),
          round(3, 100, null),
          round(4, 140, 0.9),
          round(5, 180, 0.92),
        ],
      }),
      630,
    );
    expect(curve.line.split('M')).toHaveLength(3);
    expect(curve.band.split('M')).toHaveLength(3);
    expect(curve.points.map((point) => point.round)).toEqual([1, 2, 4, 5]);
  });

  it('draws the running round as a slot and never lengthens the line', () => {
    const curve = prepareLearningCurve(input({ running: { round: 5, labels: 180 } }), 630);
    expect(curve.pending?.text).toBe('round 5, running');
    expect(curve.pending?.x).toBeGreaterThan(curve.points.at(-1)?.x ?? Number.POSITIVE_INFINITY);
    expect(curve.points).toHaveLength(4);
  });

  it('names its own line only beside another, above it and clear of its points', () => {
    // Steep first, then nearly flat: left of the middle the line is as high as there.
    const rounds = [49, 81, 86, 89, 89, 90, 91, 91, 93, 94, 94, 93].map((percent, i) =>
      round(i + 1, 20 * (i + 1), percent / 100),
    );
    expect(prepareLearningCurve(input({ rounds }), 630).name).toBeNull();
    const points = rounds.map(({ labels }) => ({ labels, metric: 0.6 }));
    const { name, points: own } = prepareLearningCurve(
      input({ rounds, baseline: { points, seeds: 3 } }),
      630,
    );
    if (name === null) throw new Error('The line has no name.');
    for (const { x, y } of own) {
      if (x > name.x - 82 && x < name.x + 10) expect(name.y).toBeLessThan(y - 5);
    }
  });

  it('names the random line with its value, what it is, and how many seeds', () => {
    const curve = prepareLearningCurve(
      input({
        baseline: {
          points: [
            { labels: 20, metric: 0.66 },
            { labels: 300, metric: 0.934 },
          ],
          seeds: 5,
        },
      }),
      630,
    );
    expect(curve.baselineLabel?.lines.map(plain)).toEqual([
      'Random sampling',
      '93.4 %, median of',
      '5 replay seeds',
    ]);
    expect(plain(curve.finding)).toContain('Random sampling reaches 93.4 % with 300 labels.');
  });

  it('keeps the target and the name beside the random line apart', () => {
    const curve = prepareLearningCurve(
      input({
        target: 0.94,
        baseline: {
          points: [
            { labels: 20, metric: 0.66 },
            { labels: 300, metric: 0.94 },
          ],
          seeds: 3,
        },
      }),
      630,
    );
    expect((curve.baselineLabel?.y ?? 0) - (curve.target?.textY ?? 0)).toBeGreaterThanOrEqual(14);
  });

  it('moves the names inside on a phone and stays inside its width', () => {
    const curve = prepareLearningCurve(input({ target: 0.97 }), 272);
    expect(curve.plot.right).toBe(258);
    expect(curve.target?.x).toBe(46);
    expect(curve.bandLabel).toBeNull();
    expect(curve.xTicks.length).toBeLessThanOrEqual(5);
  });

  it('keeps the newest value clear of the margin when its point is near the edge', () => {
    const curve = prepareLearningCurve(
      input({ rounds: [round(1, 20, 0.7), round(2, 190, 0.903)] }),
      630,
    );
    expect(curve.last?.anchor).toBe('end');
    expect(curve.last?.x).toBeLessThanOrEqual(curve.plot.right);
    expect(curve.last?.y).toBeLessThan(curve.points[1]?.y ?? 0);
  });

  it('keeps the newest value off the line on a phone, whichever way that goes', () => {
    const rising = prepareLearningCurve(input(), 272);
    expect(rising.last?.y).toBeLessThan(rising.points[3]?.y ?? 0);
    const falling = prepareLearningCurve(
      input({ metricName: 'rmse', rounds: [round(1, 20, 4), round(2, 60, 3), round(3, 100, 1.5)] }),
      272,
    );
    expect(falling.last?.y).toBeGreaterThan((falling.points[2]?.y ?? 0) + 10);
    expect(falling.last?.y).toBeLessThan(falling.plot.bottom);
  });

  it('names a short random line at its end, on the side the project does not use', () => {
    const short = (metric: number) =>
      prepareLearningCurve(
        input({
          baseline: {
            points: [
              { labels: 20, metric: 0.6 },
              { labels: 60, metric },
            ],
            seeds: 3,
          },
        }),
        630,
      );
    const ends = (curve: ReturnType<typeof short>) =>
      Number(curve.baseline.split(',').at(-1) ?? Number.NaN);
    const above = short(0.95);
    const below = short(0.72);
    expect(above.baselineLabel?.y).toBeLessThan(ends(above));
    expect(below.baselineLabel?.y).toBeGreaterThan(ends(below));
    expect(above.baselineLabel?.lines).toHaveLength(2);
    // Both lines of type stay above the project's line as far as they reach.
    const reached = above.points.filter((point) => point.x <= (above.baselineLabel?.x ?? 0) + 190);
    for (const point of reached) {
      expect((above.baselineLabel?.y ?? 0) + 14).toBeLessThan(point.y);
    }
  });

  it('keeps the name of the band clear of the name of the random line', () => {
    const rounds = [20, 40, 60, 80, 100, 120, 140, 160].map((labels, at) =>
      round(at + 1, labels, [0.56, 0.85, 0.87, 0.91, 0.9, 0.92, 0.93, 0.93][at] ?? null),
    );
    const baseline = {
      points: [20, 40, 60, 80, 100].map((labels, at) => ({ labels, metric: 0.72 + at * 0.04 })),
      seeds: 2,
    };
    const alone = prepareLearningCurve(input({ rounds }), 630);
    const both = prepareLearningCurve(input({ rounds, baseline }), 630);
    const name = both.baselineLabel;
    if (name === null) throw new Error('The random line has no name.');
    // Without the random line the band's name would stand where that line has its own.
    expect(Math.abs((alone.bandLabel?.y ?? 0) - name.y)).toBeLessThan(28);
    expect((both.bandLabel?.y ?? 0) - name.y).toBeGreaterThanOrEqual(28);
    expect(both.bandLabel?.lead).toContain(` ${(both.bandLabel?.y ?? 0) - 6}`);
  });

  it('says so when there is nothing to draw', () => {
    const curve = prepareLearningCurve(input({ rounds: [] }), 630);
    expect(curve.line).toBe('');
    expect(curve.last).toBeNull();
    expect(curve.finding).toBe('Accuracy against labels. No round has a value yet.');
  });

  it('starts an error axis at 0', () => {
    const curve = prepareLearningCurve(
      input({ metricName: 'rmse', rounds: [round(1, 20, 3.2), round(2, 40, 2.1)] }),
      630,
    );
    expect(curve.yTicks[0]?.text).toBe('0.00');
    expect(curve.yTicks[0]?.at).toBe(curve.plot.bottom);
  });
});
