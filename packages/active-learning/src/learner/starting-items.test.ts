import { describe, expect, it } from 'vitest';
import { startingItems } from './starting-items.js';

const keys = Int32Array.from({ length: 30 }, (_, n) => 7 * n);

describe('items that a replay begins with', () => {
  it('take every class in turn while there are such, each item once', () => {
    // One class has two items alone.
    const classOf = (key: number) => (key < 14 ? 0 : 1 + (key % 2));
    for (let seed = 0; seed < 10; seed++) {
      const start = startingItems(keys, { count: 9, seed, classOf });
      expect(new Set(start).size).toBe(9);
      const classes = start.map(classOf);
      expect(classes.slice(0, 6)).toEqual([0, 1, 2, 0, 1, 2]);
      expect(classes.slice(6)).toEqual([1, 2, 1]);
    }
  });

  it('are all items where more are asked for than there are', () => {
    const all = startingItems(keys, { count: 99, seed: 1, classOf: (key) => key % 3 });
    expect(all.toSorted((a, b) => a - b)).toEqual([...keys]);
    expect(startingItems(keys, { count: 99, seed: 1, classOf: null })).toHaveLength(30);
    expect(startingItems(keys, { count: 0, seed: 1, classOf: () => 0 })).toEqual([]);
  });

  it('are drawn by the seed alone where there are no classes', () => {
    const of = (seed: number) => startingItems(keys, { count: 8, seed, classOf: null });
    expect(of(1)).toEqual(of(1));
    expect(of(1)).not.toEqual(of(2));
    expect(new Set(of(1)).size).toBe(8);
  });
});
