import { describe, expect, it } from 'vitest';
import { bandPath, linePath, segments, stepPath } from './path';

describe('gaps stay gaps', () => {
  it('cuts a series at each missing value', () => {
    expect(segments([null, 1, 2, null, null, 3, null])).toEqual([[1, 2], [3]]);
  });

  it('draws no line across a missing point', () => {
    const path = linePath([{ x: 0, y: 0 }, { x: 1, y: 1 }, null, { x: 3, y: 3 }, { x: 4, y: 4 }]);
    expect(path).toBe('M0,0L1,1M3,3L4,4');
  });

  it('draws nothing for a point that stands alone', () => {
    expect(linePath([{ x: 0, y: 0 }, null, { x: 2, y: 2 }])).toBe('');
  });

  it('cuts a band at a missing interval', () => {
    const at = (x: number) => ({ x, low: 10, high: 5 });
    expect(bandPath([at(0), at(1), null, at(3), at(4)])).toBe(
      'M0,5L1,5L1,10L0,10ZM3,5L4,5L4,10L3,10Z',
    );
  });
});

describe('stepPath', () => {
  it('stands on the baseline and keeps flat tops', () => {
    expect(stepPath([0, 10, 20], [5, 8], 10)).toBe('M0,10L0,10L0,5L10,5L10,8L20,8L20,10Z');
  });

  it('is empty without bins', () => {
    expect(stepPath([], [], 10)).toBe('');
  });
});
