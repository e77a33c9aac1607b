import { expect, it } from 'vitest';
import { z } from 'zod';
import { readFields, sayProblem } from './field-problems.js';
import { LabelSchema } from './project/label-schema.js';
import { ModelSpec, Posterior } from './project/model-spec.js';

const said = (schema: z.ZodType, input: unknown, where = 'body') => {
  const read = readFields(where, schema, input);
  return read.ok ? [] : read.problems.map(sayProblem);
};

it('names the path, what was expected and what came', () => {
  const schema = z.object({ count: z.int().min(1).max(50), of: z.object({ name: z.string() }) });
  expect(said(schema, { count: 0, of: {} })).toEqual([
    'body.count: expected at least 1, got 0',
    'body.of.name: expected text, got nothing',
  ]);
  expect(said(schema, undefined)).toEqual(['body: expected an object, got nothing']);
});

it.each([
  [z.string().min(1), '', 'at least 1 character, got ""'],
  [z.string().max(2), 'abc', 'at most 2 characters, got "abc"'],
  [z.array(z.string()).min(2), ['a'], 'at least 2 entries, got ["a"]'],
  [z.string().length(1), 'ab', 'exactly 1 character, got "ab"'],
  [z.number().gt(0), 0, 'more than 0, got 0'],
  [z.number().lt(1), 1, 'less than 1, got 1'],
  [z.int(), 1.5, 'a whole number, got 1.5'],
  [z.coerce.number(), 'many', 'a number, got "many"'],
  [z.boolean(), 'yes', 'true or false, got "yes"'],
  [z.enum(['bald', 'random']), 'best', 'one of bald, random, got "best"'],
  [z.union([z.literal(1), z.literal(3)]), 2, '1 or 3, got 2'],
  [z.union([z.string(), z.number()]), true, 'text or a number, got true'],
  [z.email(), 'me', 'an e-mail address, got "me"'],
  [z.iso.datetime(), 'today', 'a moment like 2026-01-31T09:00:00Z, got "today"'],
  [z.strictObject({}), { extra: 1 }, 'no key extra, got {"extra":1}'],
  [z.number().multipleOf(3), 2, 'a multiple of 3, got 2'],
])('is said in plain words (%#)', (schema, input, words) => {
  expect(said(schema, input, 'value')).toEqual([`value: expected ${words}`]);
});

it('names the kinds of a part of the model', () => {
  expect(said(ModelSpec, { posterior: { kind: 'dropout' } }, 'model')).toEqual([
    `model.posterior.kind: expected one of ${Posterior.options.map(({ shape }) => shape.kind.value).join(', ')}, got "dropout"`,
  ]);
});

it('reads on after "expected" also where a rule of ours was broken', () => {
  expect(said(ModelSpec, { samples: 1 }, 'model')).toEqual([
    'model.samples: expected at least 2 (one sample cannot disagree with itself), got 1',
  ]);
  const field = { kind: 'choice', name: 'digit', question: 'Which digit?' };
  const twice = { fields: [{ ...field, choices: [{ value: 'a' }, { value: 'a' }] }] };
  expect(said(LabelSchema, twice, 'labelSchema')[0]).toMatch(
    /^labelSchema\.fields\.0\.choices: expected each answer once, got /,
  );
});

it('keeps long values short', () => {
  expect(said(z.int(), 'x'.repeat(500))[0]?.length).toBeLessThan(130);
});
