import { describe, expect, it } from 'vitest';
import { benches } from '../registry.js';
import { helpText, parseInvocation } from './arguments.js';
import { type Bench, countOption, listOption, numberOption } from './bench.js';

const bench: Bench = {
  name: 'sample',
  summary: 'a sample',
  options: {
    items: { hint: 'how many', default: '10' },
    file: { hint: 'which' },
    fast: { hint: 'do less', flag: true },
  },
  run: async () => ({}),
};
const parse = (line: string) => parseInvocation(line === '' ? [] : line.split(' '), [bench]);

describe('parseInvocation', () => {
  it('fills defaults and takes both ways of writing a value', () => {
    expect(parse('sample --file=a.csv --items 3 --fast --out r.json')).toEqual({
      kind: 'run',
      bench,
      options: { items: '3', file: 'a.csv', fast: 'true' },
      out: 'r.json',
    });
    expect(parse('sample')).toMatchObject({
      options: { items: '10', file: undefined },
      out: 'bench/results/sample.json',
    });
  });

  it('lists, and helps', () => {
    expect(parse('--list')).toEqual({ kind: 'list' });
    expect(parse('')).toEqual({ kind: 'help' });
    expect(parse('sample --help')).toEqual({ kind: 'help', bench });
    expect(helpText([bench], bench)).toContain('how many (default 10)');
  });

  it.each([
    ['other', /no bench "other"; choose one of sample/],
    ['sample --wrong 1', /^sample: Unknown option '--wrong'; see --help.$/],
    ['sample stray', /^sample: Unexpected argument 'stray'/],
    ['sample --items', /^sample: Option '--items <value>' argument missing/],
  ])('refuses "%s" in one sentence', (line, message) => {
    expect(() => parse(line)).toThrow(message);
  });
});

it('options are read with their meaning, or refused', () => {
  const options = { a: '3', b: 'x, y,', c: '1.5', d: '' };
  expect(countOption(options, 'a')).toBe(3);
  expect(listOption(options, 'b')).toEqual(['x', 'y']);
  expect(numberOption(options, 'c')).toBe(1.5);
  expect(() => countOption(options, 'c')).toThrow(/whole number/);
  expect(() => numberOption(options, 'd')).toThrow(/must be a number/);
  expect(() => countOption(options, 'missing')).toThrow(/--missing is needed/);
});

it('every bench has a name of its own and says what it does', () => {
  expect(new Set(benches.map(({ name }) => name)).size).toBe(benches.length);
  for (const { summary } of benches) expect(summary.length).toBeGreaterThan(10);
});
