import { ImportOptions, type ItemKind, LabelSchema } from '@dubio/contracts';
import { describe, expect, it } from 'vitest';
import { RowBuilder } from './row-builder.js';
import type { SourceRow } from './source-row.js';

const labelSchema = LabelSchema.parse({
  fields: [
    {
      kind: 'choice',
      name: 'kind',
      question: 'Which?',
      choices: [{ value: 'spam', title: 'Spam' }, { value: 'ham' }],
    },
  ],
});
const builder = (itemKind: ItemKind, options: object) =>
  new RowBuilder(
    { itemKind, labelSchema, options: ImportOptions.parse({ kind: 'csv', ...options }) },
    (line) => `file.csv#${line}`,
  );
const row = (line: number, cells: SourceRow['cells'], name?: string): SourceRow => ({
  kind: 'row',
  line,
  cells,
  ...(name === undefined ? {} : { name }),
});

describe('RowBuilder', () => {
  it.each([
    ['text', { text: 'a\u0000b' }, 'text'],
    ['half of a pair', { text: 'a\ud800b' }, 'text'],
    ['a nested text', { text: 'a', extra: { deep: ['\u0000'] } }, 'extra'],
    ['a name of a column', { text: 'a', 'b\u0000': 'c' }, null],
  ])('refuses a row with %s that can be stored nowhere, and goes on', (_, cells, field) => {
    const rows = builder('text', { kind: 'jsonl' });
    expect(rows.build(row(1, { text: 'fine' }))).not.toHaveProperty('kind');
    expect(rows.build(row(2, cells as SourceRow['cells']))).toMatchObject({
      kind: 'problem',
      line: 2,
      field,
      reason: expect.stringMatching(/U\+0000|surrogate/),
    });
    expect(rows.build(row(3, { text: 'fine too' }))).not.toHaveProperty('kind');
  });

  it('reads id, split, answer and features by their roles', () => {
    const columns = {
      nr: 'external-id',
      a: 'feature',
      b: 'feature',
      kind: 'answer',
      part: 'split',
    };
    const item = builder('table', { columns }).build(
      row(2, { nr: 'n1', a: '1.5', b: '007', kind: 'Spam', part: 'dev', note: 'x' }),
    );
    expect(item).toMatchObject({
      externalId: 'n1',
      split: 'validation',
      payload: '{"a":1.5,"b":7}',
      answer: { kind: 'spam' },
    });
  });

  it('keeps the order of the columns, which is no part of what an item is', () => {
    const build = (cells: SourceRow['cells']) => builder('table', {}).build(row(2, cells));
    const first = build({ width: 1, height: 2, age: 3, kind: 'ham' });
    expect(first).toMatchObject({ payload: '{"width":1,"height":2,"age":3}' });
    const other = build({ age: 3, kind: 'ham', height: 2, width: 1 });
    expect(other).toMatchObject({ payload: '{"age":3,"height":2,"width":1}' });
    expect(other).toMatchObject({
      contentHash: 'contentHash' in first ? first.contentHash : undefined,
    });
  });

  it('guesses roles from names when nobody said them', () => {
    const item = builder('text', {}).build(row(9, { sentence: 'hi', label: 'ham', from: 'me' }));
    expect(item).toMatchObject({
      externalId: 'file.csv#9',
      payload: '{"text":"hi","from":"me"}',
      answer: { kind: 'ham' },
    });
  });

  it('refuses an unknown answer, an unknown split, an empty text, a word where a number belongs', () => {
    const text = builder('text', {});
    expect(text.build(row(2, { text: 'a', kind: 'eggs' }))).toMatchObject({
      kind: 'problem',
      line: 2,
      field: 'kind',
      reason: 'Expected one of spam, ham, got "eggs".',
    });
    expect(text.build(row(3, { text: null, kind: null }))).toMatchObject({ field: 'text' });
    const vector = builder('vector', {});
    expect(vector.build(row(1, { x: '1', split: 'pool' }))).toMatchObject({ payload: '{"x":1}' });
    expect(vector.build(row(2, { x: '1', split: 'elsewhere' }))).toMatchObject({ field: 'split' });
    expect(vector.build(row(3, { x: 'abc', split: null }))).toMatchObject({ field: 'x' });
  });

  it('gives equal content equal hashes and different content different ones', () => {
    const table = builder('table', {});
    const hash = (line: number, a: string) => {
      const built = table.build(row(line, { a, kind: 'ham' }));
      return 'kind' in built ? null : built.contentHash?.toString('hex');
    };
    expect(hash(1, '1')).toBe(hash(2, '1'));
    expect(hash(1, '1')).not.toBe(hash(3, '2'));
  });

  it('takes folders of a zip for split and answer', () => {
    const picture = { encoding: 'file', bytes: new Uint8Array(1) } as const;
    const build = (name: string) =>
      builder('image', { kind: 'zip' }).build({ ...row(1, {}, name), picture });
    expect(build('test/spam/1.png')).toMatchObject({ split: 'test', answer: { kind: 'spam' } });
    expect(build('others/1.png')).toMatchObject({ split: 'pool', answer: null });
  });

  it('ends the import on its first row when no column can be learned from', () => {
    const columns = { a: 'answer' };
    expect(() => builder('table', { columns }).build(row(1, { a: 'ham', b: '1' }))).toThrow(
      /No column is a feature/,
    );
  });
});
