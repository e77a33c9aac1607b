import { describe, expect, it } from 'vitest';
import { pickRounds, prepareRidges } from './prepare-ridges';

const histogram = { edges: [0, 0.4, 0.8, 1.2], counts: [10, 5, 0] };

describe('pickRounds', () => {
  it('keeps the first and the last round', () => {
    expect(pickRounds([1, 2, 3, 4, 5, 6, 7], 4)).toEqual([1, 3, 5, 7]);
    expect(pickRounds([1, 2], 4)).toEqual([1, 2]);
  });
});

describe('prepareRidges', () => {
  it('keeps the row of a round without a histogram and draws nothing in it', () => {
    const ridges = prepareRidges(
      [
        { round: 1, mean: 0.53, histogram },
        { round: 2, mean: null, histogram: null },
        { round: 3, mean: 0.23, histogram },
      ],
      { width: 310, unit: 'nats' },
    );
    expect(ridges.rows.map((row) => row.path === '')).toEqual([false, true, false]);
    expect(ridges.rows[1]?.mean).toBeNull();
    expect(ridges.finding).toBe(
      'Epistemic uncertainty in the pool by round: the mean falls from 0.53 to 0.23 nats.',
    );
  });

  it('ends the axis after the last bin with an item', () => {
    const ridges = prepareRidges([{ round: 1, mean: 0.3, histogram }], {
      width: 310,
      unit: 'nats',
    });
    expect(ridges.xTicks.map((tick) => tick.text)).toEqual(['0', '0.2', '0.4', '0.6', '0.8']);
  });

  it('compares shares, not counts: a pool of half the size looks the same', () => {
    const half = { edges: histogram.edges, counts: [5, 2.5, 0] };
    const [all, less] = prepareRidges(
      [
        { round: 1, mean: 0.3, histogram },
        { round: 2, mean: 0.3, histogram: half },
      ],
      { width: 310, unit: 'nats', rowHeight: 0 },
    ).rows;
    expect(less?.path).toBe(all?.path);
  });

  it('says that uncertainty rises when it does', () => {
    const ridges = prepareRidges(
      [
        { round: 1, mean: 0.2, histogram },
        { round: 2, mean: 0.3, histogram },
      ],
      { width: 310, unit: 'nats' },
    );
    expect(ridges.finding).toContain('rises from 0.20 to 0.30 nats');
  });
});
