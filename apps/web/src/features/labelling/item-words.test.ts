import type { Item } from '@dubio/contracts';
import { describe, expect, it } from 'vitest';
import { firstWords, itemWords } from './item-words';

const item = (kind: Item['kind'], payload: Item['payload']) => ({ kind, payload }) as Item;

describe('itemWords', () => {
  it('finds the text by its name and keeps the rest as facts', () => {
    const words = itemWords(item('text', { from: 'a rather long sender address', text: 'Hi' }));
    expect(words.text).toBe('Hi');
    expect(words.facts).toEqual([{ name: 'from', value: 'a rather long sender address' }]);
  });

  it('takes the longest text when none has that name', () => {
    expect(itemWords(item('text', { id: 'a1', message: 'I was charged twice.' })).text).toBe(
      'I was charged twice.',
    );
  });

  it('shows every column of a row, also an empty one and a zero', () => {
    expect(itemWords(item('table', { alcohol: 9.4, colour: null, sugar: 0 })).facts).toEqual([
      { name: 'alcohol', value: '9.4' },
      { name: 'colour', value: 'empty' },
      { name: 'sugar', value: '0' },
    ]);
  });

  it('cuts the beginning for a small place', () => {
    expect(firstWords(item('text', { text: 'I was charged twice.' }), 10)).toBe('I was cha…');
    expect(firstWords(item('table', { a: 1, b: 2 }), 10)).toBe('1 2');
  });
});
