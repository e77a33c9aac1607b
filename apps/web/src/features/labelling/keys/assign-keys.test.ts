import { describe, expect, it } from 'vitest';
import { assignKeys } from './assign-keys';

const choices = (...values: string[]) => values.map((value) => ({ value }));
const keys = (values: ReturnType<typeof assignKeys>) => values.map((c) => `${c.value}=${c.key}`);

describe('assignKeys', () => {
  it('gives digits their own keys, in the order they lie on the keyboard', () => {
    const keyed = assignKeys(choices('0', '1', '2', '3', '4', '5', '6', '7', '8', '9'));
    expect(keys(keyed).join(' ')).toBe('1=1 2=2 3=3 4=4 5=5 6=6 7=7 8=8 9=9 0=0');
    expect(keyed[9]?.index).toBe(0);
  });

  it('numbers words from 1, then 0, then letters that do nothing else', () => {
    const keyed = assignKeys(choices(...[...Array(13).keys()].map((n) => `answer ${n}`)));
    expect(keyed.map((c) => c.key).join('')).toBe('1234567890abc');
  });

  it('never gives an answer the key of undo, skip, flag, note or why', () => {
    const keyed = assignKeys(choices(...[...Array(40).keys()].map((n) => `answer ${n}`)));
    const given = keyed.map((c) => c.key).filter((key) => key !== null);
    expect(new Set(given).size).toBe(given.length);
    for (const key of 'zsfnw') expect(given).not.toContain(key);
    expect(given).toHaveLength(31);
    expect(keyed.at(-1)?.key).toBeNull();
  });

  it('keeps the keys people chose and fills the rest around them', () => {
    const keyed = assignKeys([
      { value: 'cat', key: 'C' },
      { value: 'dog', key: '1' },
      { value: 'owl' },
    ]);
    expect(keys(keyed)).toEqual(['cat=c', 'dog=1', 'owl=2']);
  });

  it('gives a key once, also when it was asked for twice or is taken', () => {
    const keyed = assignKeys([
      { value: 'cat', key: 'c' },
      { value: 'cow', key: 'c' },
      { value: 'snake', key: 's' },
    ]);
    expect(keys(keyed)).toEqual(['cat=c', 'cow=1', 'snake=2']);
  });

  it('shows the title and keeps the value', () => {
    expect(assignKeys([{ value: 'b', title: 'Billing' }, { value: 'p' }])[0]?.name).toBe('Billing');
  });
});
