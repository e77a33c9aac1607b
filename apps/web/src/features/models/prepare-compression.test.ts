import { describe, expect, it } from 'vitest';
import {
  changeWords,
  compressedChoice,
  fewerWords,
  figureWords,
  importanceCells,
} from './prepare-compression';

describe('the compressed model in words', () => {
  it('tells ratios, changes and figures', () => {
    expect(fewerWords({ before: 1000, after: 80 }, 'bits')).toBe('13 times fewer bits');
    expect(fewerWords({ before: 100, after: 40 }, 'bits')).toBe('2.5 times fewer bits');
    expect(fewerWords({ before: 9, after: 9 }, 'numbers')).toBe('as many numbers');
    expect(changeWords({ before: 64, after: 12 })).toBe('64 → 12');
    expect(changeWords({ before: 10, after: 10 })).toBe('10');
    const accuracy = { value: 0.951, low: 0.94, high: 0.96, count: 500 };
    expect(figureWords({ accuracy, rmse: null, nll: 0.1734 })).toBe('95.1 %, NLL 0.173');
    expect(figureWords({ accuracy: null, rmse: 2.5, nll: null })).toBe('RMSE 2.50');
  });
});

describe('the choice of the compressed model', () => {
  const passed = { usable: true, reason: 'On 500 held-out items: as good.' };
  const failed = { usable: false, reason: 'On 500 held-out items: error 9 % after 5 %.' };

  it('is offered with the model in use, where its compressed model passed', () => {
    expect(compressedChoice(false, { promoted: true, compressedModel: passed }, '')).toEqual({
      canChange: true,
      note: 'It is off: the full network answers predictions and scores the pool.',
    });
    expect(compressedChoice(false, { promoted: false, compressedModel: passed }, '')).toEqual({
      canChange: false,
      note: 'It can be chosen with the model in use: promote this one first.',
    });
  });

  it('says why it is not possible', () => {
    expect(compressedChoice(false, { promoted: true, compressedModel: failed }, '')).toEqual({
      canChange: false,
      note: 'It cannot be chosen with this model. On 500 held-out items: error 9 % after 5 %.',
    });
    const shown = compressedChoice(
      false,
      { promoted: true, compressedModel: failed },
      failed.reason,
    );
    expect(shown.note).toBe('It cannot be chosen with this model.');
  });

  it('can always be switched off, and says which network answers', () => {
    const on = (compressedModel: typeof passed) =>
      compressedChoice(true, { promoted: false, compressedModel }, '');
    expect(on(passed)).toMatchObject({ canChange: true });
    expect(on(passed).note).toMatch(/^This model answers predictions with its compressed model/);
    expect(on(failed).canChange).toBe(true);
    expect(on(failed).note).toMatch(/answers with its full network\. On 500 .* error 9 %/);
  });
});

describe('importance as a picture', () => {
  it('has a cell a pixel, by the greatest of its channels', () => {
    const { width, height, cells } = importanceCells([1, 0, 0, 4, 0, 2, 0, 1], [2, 2, 2]);
    expect([width, height]).toEqual([2, 2]);
    expect(cells.map(({ share }) => share)).toEqual([0.25, 0.5, 0, 1]);
    expect(cells[3]).toMatchObject({ x: 1, y: 1 });
  });

  it('fills a square with features, and is empty where nothing is read', () => {
    const { width, height, cells } = importanceCells([0, 0, 0, 0, 0], [5]);
    expect([width, height, cells.length]).toEqual([3, 2, 5]);
    expect(cells.every(({ share }) => share === 0)).toBe(true);
  });
});
