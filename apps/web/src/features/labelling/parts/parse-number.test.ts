import { describe, expect, it } from 'vitest';
import { parseNumber } from './parse-number';

const free = { minimum: null, maximum: null, unit: null };

describe('parseNumber', () => {
  it('reads points, commas, spaces around and both kinds of minus', () => {
    expect(parseNumber(' 12.5 ', free)).toEqual({ value: 12.5 });
    expect(parseNumber('0,5', free)).toEqual({ value: 0.5 });
    expect(parseNumber('−3', free)).toEqual({ value: -3 });
  });

  it('asks for a number when there is none', () => {
    for (const text of ['', ' ', 'seven', '1 2', 'Infinity']) {
      expect(parseNumber(text, free)).toEqual({
        problem: 'A number is needed, such as 12 or 0.5.',
      });
    }
  });

  it('says which end was passed, with the unit', () => {
    const limits = { minimum: 0, maximum: 10, unit: 'points' };
    expect(parseNumber('-1', limits)).toEqual({ problem: 'At least 0 points.' });
    expect(parseNumber('11', limits)).toEqual({ problem: 'At most 10 points.' });
    expect(parseNumber('10', limits)).toEqual({ value: 10 });
  });
});
