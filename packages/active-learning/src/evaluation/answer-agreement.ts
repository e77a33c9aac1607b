import { assertCount, assertLength, type Reals } from '../uncertainty/checks.js';

/**
 * Cohen's kappa of two models' answers to the same items: 1 the same, 0 as chance would have it.
 *
 * (observed - expected) / (1 - expected) agreement; 1 where both always give one and the same
 * answer.
 * Shapes: [N], [N] -> scalar.
 * @throws NumericsError `shape_mismatch`, `invalid_argument` for no items
 * @see Cohen 1960; Bloodgood & Vijay-Shanker 2009 section 3. Cost: N.
 */
export function answerAgreement(before_N: Reals, after_N: Reals): number {
  const op = 'answerAgreement';
  const rows = before_N.length;
  assertCount(op, 'rows', rows, 1);
  assertLength(op, 'after_N', after_N, rows);
  const counts = new Map<number, { before: number; after: number }>();
  const count = (answer: number) => {
    const known = counts.get(answer) ?? { before: 0, after: 0 };
    counts.set(answer, known);
    return known;
  };
  let same = 0;
  for (let n = 0; n < rows; n++) {
    count(before_N[n]!).before++;
    count(after_N[n]!).after++;
    if (before_N[n] === after_N[n]) same++;
  }
  let expected = 0;
  for (const { before, after } of counts.values()) expected += (before / rows) * (after / rows);
  return expected === 1 ? 1 : (same / rows - expected) / (1 - expected);
}
