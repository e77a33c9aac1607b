import { expect, it } from 'vitest';
import { answerAgreement } from './answer-agreement.js';

it('answerAgreement is Cohen kappa', () => {
  // 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no: the textbook's 0.4.
  const pairs = [
    [1, 1, 20],
    [1, 0, 5],
    [0, 1, 10],
    [0, 0, 15],
  ].flatMap(([a, b, times]) => Array.from({ length: times! }, () => [a!, b!]));
  const before = pairs.map(([a]) => a!);
  const after = pairs.map(([, b]) => b!);
  expect(answerAgreement(before, after)).toBeCloseTo(0.4, 12);
  expect(answerAgreement([2, 2], [2, 2])).toBe(1);
  expect(answerAgreement([0, 1], [1, 0])).toBe(-1);
});
