import { LabelSchema } from '@dubio/contracts';
import { describe, expect, it } from 'vitest';
import { agreeOn } from './consensus.js';

const choices = LabelSchema.parse({
  fields: [
    {
      kind: 'choice',
      name: 'digit',
      question: '?',
      choices: [{ value: 'a' }, { value: 'b' }, { value: 'c' }],
    },
  ],
});
const numbers = LabelSchema.parse({ fields: [{ kind: 'number', name: 'size', question: '?' }] });

describe('agreeOn', () => {
  it('takes the majority and says how large it is', () => {
    const agreed = agreeOn(choices, [{ digit: 'b' }, { digit: 'a' }, { digit: 'b' }]);
    expect(agreed).toEqual({ answer: { digit: 'b' }, confidence: 2 / 3 });
  });

  it('takes the earliest answer where votes are equal', () => {
    expect(agreeOn(choices, [{ digit: 'c' }, { digit: 'a' }]).answer).toEqual({ digit: 'c' });
  });

  it('takes the median of numbers', () => {
    expect(agreeOn(numbers, [{ size: 9 }, { size: 1 }, { size: 2 }]).answer).toEqual({ size: 2 });
    expect(agreeOn(numbers, [{ size: 1 }, { size: 4 }]).answer).toEqual({ size: 2.5 });
  });
});
