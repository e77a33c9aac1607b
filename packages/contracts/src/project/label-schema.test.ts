import { describe, expect, it } from 'vitest';
import { answerProblems, LabelSchema } from './label-schema.js';

const digits = LabelSchema.parse({
  fields: [
    {
      kind: 'choice',
      name: 'digit',
      question: 'Which digit?',
      choices: [{ value: '0' }, { value: '1' }],
    },
  ],
});
const prices = LabelSchema.parse({
  fields: [{ kind: 'number', name: 'price', question: 'How much?', minimum: 0, maximum: 100 }],
});

const marks = LabelSchema.parse({
  fields: [
    {
      kind: 'choices',
      name: 'marks',
      question: 'What is on it?',
      choices: [{ value: 'dog' }, { value: 'cat' }],
    },
  ],
});

describe('a label schema', () => {
  it('refuses a question with a single answer and says why', () => {
    const result = LabelSchema.safeParse({
      fields: [{ kind: 'choice', name: 'a', question: 'Q?', choices: [{ value: 'yes' }] }],
    });
    expect(result.error?.issues[0]?.message).toContain('nothing to learn');
  });

  it('refuses the same answer twice', () => {
    const choices = [{ value: 'yes' }, { value: 'yes' }];
    const fields = [{ kind: 'choice', name: 'a', question: 'Q?', choices }];
    expect(LabelSchema.safeParse({ fields }).success).toBe(false);
  });

  it('refuses a number field whose minimum is not below its maximum', () => {
    const fields = [{ kind: 'number', name: 'a', question: 'Q?', minimum: 3, maximum: 3 }];
    expect(LabelSchema.safeParse({ fields }).success).toBe(false);
  });
});

describe('an answer', () => {
  it('fits when each field has a listed value or a number within bounds', () => {
    expect(answerProblems(digits, { digit: '1' })).toEqual([]);
    expect(answerProblems(prices, { price: 0 })).toEqual([]);
    expect(answerProblems(prices, { price: 100 })).toEqual([]);
  });

  it.each([
    [digits, { digit: '7' }, { field: 'digit', expected: 'one of 0, 1', got: '"7"' }],
    [digits, {}, { field: 'digit', expected: 'one of 0, 1', got: 'nothing' }],
    [prices, { price: 101 }, { field: 'price', expected: 'between 0 and 100', got: '101' }],
    [prices, { price: 'much' }, { field: 'price', expected: 'a number', got: '"much"' }],
  ])('that does not fit is told what was expected and what came', (schema, answer, problem) => {
    expect(answerProblems(schema, answer)).toEqual([problem]);
  });

  it('of several choices is any list of them, the empty one included', () => {
    for (const value of [[], ['cat'], ['cat', 'dog']])
      expect(answerProblems(marks, { marks: value })).toEqual([]);
  });

  it.each([
    [['cow'], '["cow"]'],
    [['cat', 'cat'], '["cat","cat"]'],
    ['cat', '"cat"'],
  ])('of several choices is refused for %s', (value, got) => {
    const expected = 'a list of some of dog, cat, each at most once';
    expect(answerProblems(marks, { marks: value })).toEqual([{ field: 'marks', expected, got }]);
  });

  it('to a question that nobody asked is named', () => {
    expect(answerProblems(digits, { digit: '1', colour: 'red' })).toEqual([
      { field: 'colour', expected: 'one of digit', got: 'colour' },
    ]);
  });
});
