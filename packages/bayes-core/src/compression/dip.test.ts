import { describe, expect, it } from 'vitest';
import { normal } from '../random/normal.js';
import { stream } from '../random/stream.js';
import { histogramDip } from './dip.js';

const hump = (name: string, count: number, mean: number, deviation: number) =>
  [...normal(stream(1).split(name), count)].map((x) => mean + deviation * x);

describe('the dip of a histogram', () => {
  it('lies between two humps, however unequal', () => {
    for (const [few, many] of [
      [20, 20],
      [30, 700],
      [8, 12],
    ] as const) {
      const dip = histogramDip([...hump('kept', few, -6, 0.5), ...hump('gone', many, 3, 0.5)])!;
      expect(dip.at).toBeGreaterThan(-4.5);
      expect(dip.at).toBeLessThan(1.5);
      expect(dip.depth).toBeLessThan(0.1);
    }
  });

  it('is the middle of an empty stretch between two points', () => {
    const dip = histogramDip([0, 0, 0, 10, 10, 10])!;
    expect(Math.abs(dip.at - 5)).toBeLessThan(0.1);
  });

  it('is seldom seen in one hump of a hundred values', () => {
    // 6 % of 300 draws; more than 36 of 300 would be far from that by chance (below 1 in 10,000).
    const seeds = Array.from({ length: 300 }, (_, seed) => `hump ${seed}`);
    const falseAlarms = seeds.filter((name) => histogramDip(hump(name, 100, 0, 1)));
    expect(falseAlarms.length).toBeLessThan(36);
  });

  it('is looked for in a range only', () => {
    const values = [
      ...hump('low', 50, -9, 0.5),
      ...hump('middle', 50, -6, 0.5),
      ...hump('top', 50, 6, 1),
    ];
    expect(histogramDip(values, { from: -5, to: 3 })!.at).toBeGreaterThan(-5);
    expect(histogramDip(values, { from: 20, to: 30 })).toBeNull();
  });

  it('is not there in one hump, in equal values, and in fewer than two', () => {
    for (const count of [300, 3000]) expect(histogramDip(hump('one', count, 0, 1))).toBeNull();
    expect(histogramDip([1, 1, 1])).toBeNull();
    expect(histogramDip([1])).toBeNull();
    expect(histogramDip([])).toBeNull();
  });
});
