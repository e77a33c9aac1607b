import { describe, expect, it } from 'vitest';
import { sparkPath } from './spark-path';

const box = { width: 78, height: 24, margin: 4 };

describe('sparkPath', () => {
  it('draws the best value at the top and ends at the right', () => {
    const spark = sparkPath([0.6, 0.8, 0.9], box);
    expect(spark?.path).toBe('M2,20L38,9.3L74,4');
    expect(spark?.last).toEqual({ x: 74, y: 4 });
  });

  it('turns errors over, so that better is up', () => {
    expect(sparkPath([0.9, 0.5], { ...box, flip: true })?.last.y).toBe(4);
  });

  it('keeps a level line in the middle and one value at the end', () => {
    expect(sparkPath([0.7, 0.7], box)?.path).toBe('M2,12L74,12');
    expect(sparkPath([0.7], box)?.last).toEqual({ x: 74, y: 12 });
  });

  it('draws nothing where there is nothing', () => {
    expect(sparkPath([], box)).toBeNull();
  });
});
