import { LabelSchema } from '@dubio/contracts';
import { describe, expect, it } from 'vitest';
import { completed, isChosen, withChoice } from './draft-answer';
import { answerText, askedFields, isOneKey, maxUncertainty } from './field';

const schema = LabelSchema.parse({
  fields: [
    {
      kind: 'choice',
      name: 'size',
      question: 'Which size?',
      choices: [{ value: 'small' }, { value: 'big', title: 'Big one' }],
    },
    { kind: 'number', name: 'price', question: 'How much?', minimum: 0 },
    {
      kind: 'choices',
      name: 'marks',
      question: 'What is on it?',
      choices: [{ value: 'small' }, { value: 'red' }],
    },
  ],
});
const fields = askedFields(schema);
const [size, price, marks] = fields as [(typeof fields)[0], (typeof fields)[0], (typeof fields)[0]];

describe('fields on the screen', () => {
  it('share no key, though two fields know the same value', () => {
    const keys = fields.flatMap((field) =>
      field.kind === 'number' ? [] : field.choices.map((choice) => choice.key),
    );
    expect(keys).toEqual(['1', '2', '3', '4']);
  });

  it('are answered by one key only where there is one choice and nothing else', () => {
    expect(isOneKey(fields)).toBe(false);
    expect(isOneKey([size])).toBe(true);
    expect(isOneKey([marks])).toBe(false);
  });

  it('bound uncertainty by ln C and ln 2 a choice, and not at all with a number', () => {
    expect(maxUncertainty([size, marks])).toBeCloseTo(3 * Math.LN2, 12);
    expect(maxUncertainty(fields)).toBeNull();
  });
});

describe('an answer that is put together', () => {
  it('takes the last of one choice, and toggles several', () => {
    const chosen = withChoice(withChoice({}, size, 'small'), size, 'big');
    expect(isChosen(chosen, size, 'big')).toBe(true);
    expect(isChosen(chosen, size, 'small')).toBe(false);
    const both = withChoice(withChoice(chosen, marks, 'red'), marks, 'small');
    expect(isChosen(both, marks, 'red')).toBe(true);
    expect(isChosen(withChoice(both, marks, 'red'), marks, 'red')).toBe(false);
  });

  it('says which field is missing, and needs nothing where several may be chosen', () => {
    expect(completed(fields, {}, 'Choose one.')).toEqual({ field: 'size', problem: 'Choose one.' });
    const chosen = withChoice({}, size, 'big');
    expect(completed(fields, chosen, 'Choose one.')).toMatchObject({ field: 'price' });
    expect(completed(fields, { ...chosen, price: '-1' }, '')).toMatchObject({ field: 'price' });
    const { answer } = completed(fields, { ...chosen, price: '2,5' }, '') as { answer: object };
    expect(answer).toEqual({ size: 'big', price: 2.5, marks: [] });
  });

  it('keeps several choices in the order of the schema, and is read back in words', () => {
    const draft = { size: 'big', price: '3', marks: ['red', 'small'] };
    const done = completed(fields, draft, '');
    expect(done).toEqual({ answer: { size: 'big', price: 3, marks: ['small', 'red'] } });
    expect(answerText(fields, { size: 'big', price: 3, marks: ['red'] })).toBe('Big one, 3, red');
    expect(answerText(fields, { size: 'big', price: 3, marks: [] })).toBe('Big one, 3, none');
    expect(answerText([price], null)).toBe('');
  });
});
