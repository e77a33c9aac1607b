import { expect, it } from 'vitest';
import { NewLabelSchema, shownName } from './shown-name.js';

const takes = (name: string) => shownName(40).safeParse(name).success;

it.each([
  'Müller & Söhne (2)',
  'مشروع الصور',
  'می‌خواهم', // Persian, with a non-joiner
  'क्‍ष', // Devanagari, with a joiner
  '👩‍🔬 labels',
  '👩🏽‍🔬',
  '数字 10',
])('takes a name as people write it: %s', (name) => {
  expect(takes(name)).toBe(true);
});

it.each([
  ['turned around', 'invoice\u202excod.exe'],
  ['an isolate', 'a\u2066b'],
  ['a mark of direction', 'a\u200fb'],
  ['no width', 'pay\u200bpal'],
  ['a byte order mark', '\ufeff\u200bname'],
  ['a joiner in Latin', 'pay\u200dpal'],
  ['a joiner at the end', 'name\u200d'],
  ['a control', 'a\u0007b'],
  ['a line break', 'a\nb'],
])('refuses %s', (_, name) => {
  expect(takes(name)).toBe(false);
});

it('a label schema that is written has no hidden text anywhere, and says where one is', () => {
  const bad = 'a\u202eb';
  const read = NewLabelSchema.safeParse({
    fields: [
      {
        ...{ kind: 'choice', name: bad, question: bad },
        choices: [{ value: 'x' }, { value: bad, title: bad }],
      },
      { kind: 'number', name: 'size', question: 'Size?', unit: bad },
    ],
  });
  expect(read.error?.issues.map(({ path }) => path.join('.'))).toEqual([
    'fields.0.name',
    'fields.0.question',
    'fields.0.choices.1.value',
    'fields.0.choices.1.title',
    'fields.1.unit',
  ]);
});
