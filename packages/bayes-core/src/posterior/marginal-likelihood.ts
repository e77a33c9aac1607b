/**
 * ln p(data | precision) of a Gaussian posterior around fixed weights, without what does not depend
 * on the precision:
 * P/2 ln precision - precision/2 |w|^2 - 1/2 sum ln(h_i + precision), h_i the eigenvalues of the
 * curvature (MacKay 1992, "The Evidence Framework Applied to Classification Networks").
 */
export function logEvidence(
  eigenvalues: ArrayLike<number>,
  squaredNorm: number,
  precision: number,
): number {
  let sum = 0.5 * (eigenvalues.length * Math.log(precision) - precision * squaredNorm);
  for (let i = 0; i < eigenvalues.length; i++)
    sum -= 0.5 * Math.log(Math.max(0, eigenvalues[i]!) + precision);
  return sum;
}

/** Prior precisions that are considered, as powers of e. */
const [LEAST, MOST] = [Math.log(1e-6), Math.log(1e6)];
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * The prior precision with the largest evidence: a grid over twelve decades, then golden sections
 * around its best point.
 */
export function likeliestPrecision(eigenvalues: ArrayLike<number>, squaredNorm: number): number {
  const evidence = (x: number) => logEvidence(eigenvalues, squaredNorm, Math.exp(x));
  const step = (MOST - LEAST) / 96;
  let best = LEAST;
  for (let x = LEAST + step; x <= MOST; x += step) if (evidence(x) > evidence(best)) best = x;
  let [low, high] = [Math.max(LEAST, best - step), Math.min(MOST, best + step)];
  while (high - low > 1e-7) {
    const [a, b] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)];
    if (evidence(a) > evidence(b)) high = b;
    else low = a;
  }
  return Math.exp((low + high) / 2);
}
