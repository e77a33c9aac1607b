import type { LabelField } from '@dubio/contracts';
import { describe, expect, it } from 'vitest';
import { askedOf, targetsOf } from './answer-targets.js';

const choice: LabelField = {
  kind: 'choice',
  name: 'kind',
  question: 'Which?',
  choices: [{ value: 'a' }, { value: 'b' }],
};
const choices: LabelField = { ...choice, kind: 'choices', name: 'marks' };
const number: LabelField = { kind: 'number', name: 'price', question: 'How much?' };

describe('what is asked', () => {
  it('is one field, or all of them side by side', () => {
    expect(askedOf([choice])).toEqual({ kind: 'class', classes: ['a', 'b'], fields: [] });
    expect(askedOf([number])).toEqual({ kind: 'number', classes: [], fields: [] });
    expect(askedOf([choices, number])).toEqual({
      kind: 'choices',
      classes: ['a', 'b'],
      fields: [
        { name: 'marks', kind: 'choices', classes: ['a', 'b'] },
        { name: 'price', kind: 'number', classes: [] },
      ],
    });
  });
});

describe('targets of an answer', () => {
  it.each([
    [choice, 'b', [1]],
    [choice, 'c', null],
    [choices, ['b'], [0, 1]],
    [choices, [], [0, 0]],
    [choices, ['a', 'c'], null],
    [choices, 'a', null],
    [number, 2.5, [2.5]],
    [number, '7', [7]],
    [number, 'seven', null],
    [number, Number.POSITIVE_INFINITY, null],
  ] as const)('of $kind: %j is %j', (field, value, expected) => {
    expect(targetsOf([field], { [field.name]: value as never })).toEqual(expected);
  });

  it('stand field after field, and one that is missing leaves none', () => {
    const fields = [choice, number, choices];
    expect(targetsOf(fields, { kind: 'a', price: 3, marks: ['a', 'b'] })).toEqual([0, 3, 1, 1]);
    expect(targetsOf(fields, { kind: 'a', price: 3 })).toBeNull();
    expect(targetsOf([number], {})).toBeNull();
  });
});
