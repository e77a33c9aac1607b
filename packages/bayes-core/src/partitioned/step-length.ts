/** No step takes a precision below this share of what it was. */
const LEAST_SHARE = 0.1;

/**
 * The longest part of a step, at most `damping`, that leaves every one of these precisions at a
 * tenth or more of what it is: min( damping, (1 - 1/10) c / -change ) over those that fall (the
 * fraction-to-the-boundary rule of interior-point methods; Nocedal & Wright 2006, equation 19.9).
 * What is above 0 stays above 0; what is 0 and would fall stays where it is.
 */
export function stepLength(
  damping: number,
  precisions: readonly number[],
  changes: readonly number[],
): number {
  let longest = damping;
  for (let i = 0; i < precisions.length; i++) {
    const fall = -changes[i]!;
    if (fall > 0) longest = Math.min(longest, ((1 - LEAST_SHARE) * precisions[i]!) / fall);
  }
  return longest;
}
