import { describe, expect, it } from 'vitest';
import { prepareConfusion } from './prepare-confusion';

describe('prepareConfusion', () => {
  it('names the pair that is mistaken most often', () => {
    const confusion = prepareConfusion(
      ['a', 'b'],
      [
        [90, 10],
        [3, 97],
      ],
    );
    expect(confusion.finding).toBe(
      'Confusion matrix. Most often mistaken: a taken for b, 10 times.',
    );
  });

  it('shades within a row, and never shades a nought', () => {
    const confusion = prepareConfusion(
      ['a', 'b'],
      [
        [1000, 0],
        [1, 1],
      ],
    );
    expect(confusion.rows[0]?.cells.map((cell) => cell.level)).toEqual([7, 0]);
    expect(confusion.rows[1]?.cells.map((cell) => cell.level)).toEqual([5, 5]);
  });

  it('keeps a class without held-out items as an empty row', () => {
    const confusion = prepareConfusion(['a', 'b'], [[5, 0], []]);
    expect(confusion.rows[1]).toMatchObject({ total: 0 });
    expect(confusion.finding).toContain('no item was taken for another class');
  });
});
