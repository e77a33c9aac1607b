import type { LabelField } from '@dubio/contracts';
import { describe, expect, it } from 'vitest';
import { questionDraft, readQuestion } from './question-draft';

const DIGIT: LabelField & { kind: 'choice' } = {
  kind: 'choice',
  name: 'digit',
  question: 'Which digit?',
  choices: [{ value: '0' }, { value: '1' }],
};

describe('readQuestion', () => {
  const field = DIGIT;
  const read = (choices: { value: string; key?: string }[], question = 'Which?') =>
    readQuestion(field, { question, choices, numbers: {} });

  it('wants a question and two different answers with different keys', () => {
    const errorsOf = (result: ReturnType<typeof read>) => (result.ok ? {} : result.errors);
    expect(errorsOf(read([{ value: 'a' }, { value: 'b' }], ' '))).toHaveProperty('question');
    expect(errorsOf(read([{ value: 'a' }])).choices).toContain('At least 2 answers');
    expect(errorsOf(read([{ value: 'a' }, { value: ' a ' }])).choices).toContain('once');
    expect(
      errorsOf(
        read([
          { value: 'a', key: 'x' },
          { value: 'b', key: 'x' },
        ]),
      ).choices,
    ).toContain('key');
  });

  it('is content with one answer where any number may be chosen', () => {
    const several: LabelField = { ...field, kind: 'choices' };
    const draft = { question: 'Which?', choices: [{ value: 'a' }], numbers: {} };
    expect(readQuestion(several, draft)).toHaveProperty('ok', true);
    expect(readQuestion(several, { ...draft, choices: [] })).toHaveProperty('errors.choices');
  });

  it('keeps the name of the field, to which labels refer', () => {
    const result = read([{ value: 'a' }, { value: 'b', key: 'x' }]);
    expect(result.ok && result.value).toEqual({
      kind: 'choice',
      name: 'digit',
      question: 'Which?',
      choices: [{ value: 'a' }, { value: 'b', key: 'x' }],
    });
  });

  it('gives back what it shows, however large the bounds are', () => {
    for (const asked of [
      DIGIT,
      { kind: 'number', name: 'y', question: 'How much?', unit: 'MPa', maximum: 0.1 + 0.2 },
      { kind: 'number', name: 'y', question: 'How much?', minimum: -1e300, maximum: 1e-7 },
    ] as const satisfies readonly LabelField[]) {
      expect(readQuestion(asked, questionDraft(asked))).toEqual({ ok: true, value: asked });
    }
  });

  it('wants a minimum below the maximum', () => {
    const number: LabelField = { kind: 'number', name: 'y', question: 'How much?' };
    const result = readQuestion(number, {
      question: 'How much?',
      choices: [],
      numbers: { minimum: '5', maximum: '5', unit: 'MPa' },
    });
    expect(result.ok ? {} : result.errors).toHaveProperty('maximum');
  });
});
