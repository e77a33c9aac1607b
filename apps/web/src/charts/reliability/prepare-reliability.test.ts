import { describe, expect, it } from 'vitest';
import { type Bin, calibrationSentence, prepareReliability } from './prepare-reliability';

const bin = (low: number, count: number, accuracy: number | null): Bin => ({
  low,
  high: low + 0.25,
  count,
  confidence: count === 0 ? null : low + 0.125,
  accuracy:
    accuracy === null
      ? null
      : { value: accuracy, low: Math.max(0, accuracy - 0.1), high: Math.min(1, accuracy + 0.1) },
});
const before = {
  ece: 0.084,
  bins: [bin(0, 9, 0.4), bin(0.25, 4, 0.5), bin(0.5, 100, 0.9), bin(0.75, 400, 1)],
};
const after = {
  ece: 0.008,
  bins: [bin(0, 0, null), bin(0.25, 30, 0.3), bin(0.5, 60, 0.6), bin(0.75, 423, 0.9)],
};

describe('prepareReliability', () => {
  it('leaves out a bin with fewer than 5 items and does not join across it', () => {
    const chart = prepareReliability({ before, after, temperature: 0.56 }, 452);
    expect(chart.before.marks).toHaveLength(3);
    expect(chart.before.line.split('M')).toHaveLength(2);
    expect(chart.before.line.split('L')).toHaveLength(2);
  });

  it('puts a well calibrated bin on the diagonal', () => {
    const exact = { ece: 0, bins: [bin(0.375, 50, 0.5)] };
    const chart = prepareReliability({ before: exact, after: null, temperature: null }, 452);
    const mark = chart.before.marks[0];
    const alongX = ((mark?.x ?? 0) - chart.plot.left) / (chart.plot.right - chart.plot.left);
    const alongY = (chart.plot.bottom - (mark?.y ?? 0)) / (chart.plot.bottom - chart.plot.top);
    expect(alongX).toBeCloseTo(alongY, 2);
  });

  it('keeps the counts of small bins, on a root scale, and names the largest', () => {
    const chart = prepareReliability({ before, after, temperature: 0.56 }, 452);
    expect(chart.bars).toHaveLength(7);
    expect(chart.largest?.text).toBe('423 after');
    const heights = chart.bars.filter((bar) => !bar.after).map((bar) => bar.height);
    expect((heights[3] ?? 0) / (heights[2] ?? 1)).toBeCloseTo(2, 1);
  });

  it('keeps the caption of the counts clear of the label of the largest, however narrow', () => {
    for (const width of [242, 300, 452]) {
      const { largest, countsCaption, plot } = prepareReliability(
        { before, after, temperature: 0.56 },
        width,
      );
      // About 6.2 pixels a letter at the size of the charts' text.
      const end = countsCaption.x + countsCaption.text.length * 6.2;
      const start = (largest?.x ?? 0) - (largest?.text.length ?? 0) * 6.2;
      const apart = Math.abs((largest?.y ?? 0) - countsCaption.y);
      expect(start > end || apart > 14).toBe(true);
      expect(start).toBeGreaterThan(plot.left);
    }
  });

  it('labels the largest on its right where there is no room on its left', () => {
    const first = { ece: 0.3, bins: [bin(0, 400, 0.4), bin(0.75, 20, 1)] };
    const { largest } = prepareReliability({ before: first, after: null, temperature: null }, 300);
    expect(largest?.anchor).toBe('start');
  });

  it('names both lines on different sides', () => {
    const { labels } = prepareReliability({ before, after, temperature: 0.56 }, 452);
    expect(labels.before?.anchor).toBe('end');
    expect(labels.after?.text).toBe('after, T = 0.56');
    expect(labels.after?.y).toBeGreaterThan(labels.before?.y ?? 0);
  });

  it('states the finding', () => {
    expect(prepareReliability({ before, after, temperature: 0.56 }, 452).finding).toBe(
      'Reliability diagram. ECE 0.084 before and 0.008 after temperature scaling.',
    );
  });

  it('keeps every mark inside a phone', () => {
    const chart = prepareReliability({ before, after, temperature: 0.56 }, 270);
    expect(Math.max(...chart.before.marks.map((mark) => mark.x))).toBeLessThanOrEqual(260);
    expect(chart.height).toBeLessThan(345);
    expect(chart.labels.after?.anchor).toBe('end');
    expect(chart.labels.after?.x).toBeLessThanOrEqual(260);
  });
});

describe('calibrationSentence', () => {
  it('says in which direction the model was wrong', () => {
    expect(calibrationSentence(0.87, 0.956)).toBe(
      'The model was too modest: it said 87 % and was right 96 % of the time.',
    );
    expect(calibrationSentence(0.9, 0.7)).toContain('too sure');
    expect(calibrationSentence(0.9, 0.905)).toContain('at its word');
  });
});
