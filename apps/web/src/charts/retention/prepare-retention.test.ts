import { describe, expect, it } from 'vitest';
import { prepareRetention, type RetentionInput, retentionSentence } from './prepare-retention';

const input: RetentionInput = {
  points: [
    { referred: 0, accuracy: 0.8 },
    { referred: 0.25, accuracy: 0.9 },
    { referred: 0.5, accuracy: 0.95 },
    { referred: 0.75, accuracy: 1 },
  ],
  area: 0.92,
  areaByChance: 0.8,
  areaAtBest: 0.96,
};

describe('prepareRetention', () => {
  it('rises from left to right inside its plot', () => {
    const { marks, plot } = prepareRetention(input, 452);
    expect(marks[0]?.x).toBe(plot.left);
    for (const [i, mark] of marks.entries()) {
      expect(mark.y).toBeLessThanOrEqual(marks[i - 1]?.y ?? plot.bottom);
      expect(mark.y).toBeGreaterThanOrEqual(plot.top);
      expect(mark.x).toBeLessThanOrEqual(plot.right);
    }
  });

  it('draws the line of chance at the accuracy of all', () => {
    const { chance, marks } = prepareRetention(input, 452);
    expect(chance.y).toBe(marks[0]?.y);
  });

  it('keeps the name of that line out of the scale below, and beneath the line where there is room', () => {
    const low = prepareRetention(input, 452);
    expect(low.chance.labelY).toBeLessThan(low.plot.bottom);
    const high = prepareRetention({ ...input, areaByChance: 0.9 }, 452);
    expect(high.chance.labelY).toBeGreaterThan(high.chance.y);
  });

  it('cuts the scale at a whole ten below the lowest value, never above 90 %', () => {
    const sure = { ...input, areaByChance: 0.99, points: [{ referred: 0, accuracy: 0.99 }] };
    expect(prepareRetention(input, 452).yTicks[0]?.text).toBe('80 %');
    expect(prepareRetention(sure, 452).yTicks[0]?.text).toBe('90 %');
  });

  it('keeps every mark inside a phone', () => {
    const { marks } = prepareRetention(input, 270);
    expect(Math.max(...marks.map(({ x }) => x))).toBeLessThanOrEqual(258);
  });
});

describe('retentionSentence', () => {
  it('says what referring half of the items brings', () => {
    expect(retentionSentence(input)).toBe(
      'The model is right in 80 % of all cases, and in 95 % of those that it keeps when the most uncertain 50 % go to a person. Its uncertainty finds its errors 75 % as well as could be.',
    );
  });

  it('says so when uncertainty finds nothing, and when there is nothing to tell', () => {
    expect(retentionSentence({ ...input, area: 0.8 })).toContain('does not find its errors');
    expect(retentionSentence({ ...input, points: [] })).toContain('Too few');
  });
});
