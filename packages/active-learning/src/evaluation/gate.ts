import type { Comparison } from './judgement.js';

export type GateVerdict = { readonly passed: boolean; readonly reason: string };

/** One-sided 5 %. */
const Z_CLEAR = 1.645;
const LEAST_ROWS = 20;

/**
 * Whether a new model may take the place of the one in use: it may unless it is clearly worse on
 * the same held-out items. Classes: McNemar's test on the items that only one of both got right.
 * Numbers: the mean rise of the squared error against its standard error. One-sided, 5 %.
 */
export function gateVerdict(comparison: Comparison | null): GateVerdict {
  if (comparison === null) return { passed: true, reason: 'There was no model to compare with.' };
  const { rows, won, lost, squaredErrorRise, squaredErrorRiseError } = comparison;
  if (rows < LEAST_ROWS) {
    return { passed: true, reason: `${rows} held-out items are too few to tell the models apart.` };
  }
  if (squaredErrorRise !== null) {
    const worse = squaredErrorRise > Z_CLEAR * (squaredErrorRiseError ?? 0);
    return worse
      ? { passed: false, reason: `Its squared error on ${rows} held-out items rose clearly.` }
      : { passed: true, reason: `Not clearly worse on ${rows} held-out items.` };
  }
  const worse = lost - won > Z_CLEAR * Math.sqrt(lost + won);
  const counts = `of ${rows} held-out items it lost ${lost} that the model in use gets right and won ${won}`;
  return worse
    ? { passed: false, reason: `Clearly worse: ${counts}.` }
    : { passed: true, reason: `Not clearly worse: ${counts}.` };
}
