import { NumericsError } from '@dubio/bayes-core/pure';
import { assertCount } from '../uncertainty/checks.js';

/** Two-sided 95 % quantile of the standard normal distribution. */
export const Z_95 = 1.959963984540054;

/** A share with bounds that hold it with the stated confidence. */
export type Interval = {
  /** Null where nothing was counted. */
  readonly estimate: number | null;
  readonly low: number;
  readonly high: number;
};

/**
 * Wilson's score interval of a proportion: right on average over the true share, never outside [0,
 * 1].
 *
 * (p + z^2/2n -+ z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n). With nothing counted: [0, 1], estimate
 * null.
 * Shapes: scalars. Units: share of one.
 * @throws NumericsError `invalid_argument`
 * @see Wilson 1927; Brown, Cai, DasGupta 2001 eq. 4. Cost: O(1).
 */
export function wilsonInterval(successes: number, total: number, level = 0.95): Interval {
  assertShare('wilsonInterval', successes, total, level);
  if (total === 0) return { estimate: null, low: 0, high: 1 };
  const z = normalQuantile(0.5 + level / 2);
  const p = successes / total;
  const centre = p + (z * z) / (2 * total);
  const half = z * Math.sqrt((p * (1 - p)) / total + (z * z) / (4 * total * total));
  const scale = 1 + (z * z) / total;
  return {
    estimate: p,
    low: successes === 0 ? 0 : Math.max(0, (centre - half) / scale),
    high: successes === total ? 1 : Math.min(1, (centre + half) / scale),
  };
}

/**
 * The accuracy on control items, with bounds that hold the true accuracy at least as often as
 * stated, for every true accuracy and every number of items (Clopper-Pearson).
 *
 * Honest only for items drawn by chance from what the claim is about, and not chosen by a model:
 * accuracy on acquired items says nothing about the pool. low solves P(X >= k | low) = (1 -
 * level)/2, high likewise from above. Wilson's interval is shorter, but may hold the truth less
 * often than stated.
 * Shapes: scalars. Units: share of one.
 * @throws NumericsError `invalid_argument`
 * @see Clopper & Pearson 1934; Brown, Cai, DasGupta 2001 section 4.2. Cost: 120 binomial tails of n
 * terms at most.
 * @see docs/decisions/0023
 */
export function honestInterval(correct: number, total: number, level = 0.95): Interval {
  assertShare('honestInterval', correct, total, level);
  if (total === 0) return { estimate: null, low: 0, high: 1 };
  const tail = (1 - level) / 2;
  return {
    estimate: correct / total,
    low: correct === 0 ? 0 : bisect((p) => upperTail(correct, total, p) - tail),
    high: correct === total ? 1 : bisect((p) => upperTail(correct + 1, total, p) - (1 - tail)),
  };
}

/** P(X >= k) for X ~ Binomial(n, p), summed outward from its greatest term in log space. */
export function upperTail(k: number, n: number, p: number): number {
  if (k <= 0 || p >= 1) return 1;
  if (k > n || p <= 0) return 0;
  const mode = Math.floor((n + 1) * p);
  if (k <= mode) return 1 - sumDown(k - 1, n, p);
  let term = Math.exp(logBinomial(k, n, p));
  let sum = 0;
  for (let x = k; x <= n && term > sum * 1e-17; x++) {
    sum += term;
    term *= ((n - x) * p) / ((x + 1) * (1 - p));
  }
  return Math.min(1, sum);
}

function sumDown(k: number, n: number, p: number): number {
  let term = Math.exp(logBinomial(k, n, p));
  let sum = 0;
  for (let x = k; x >= 0 && term > sum * 1e-17; x--) {
    sum += term;
    term *= (x * (1 - p)) / ((n - x + 1) * p);
  }
  return Math.min(1, sum);
}

const logBinomial = (k: number, n: number, p: number): number =>
  logFactorial(n) -
  logFactorial(k) -
  logFactorial(n - k) +
  k * Math.log(p) +
  (n - k) * Math.log1p(-p);

/** ln n!: summed while small, then Stirling's series, whose error is below 1e-13 from 20 on. */
function logFactorial(n: number): number {
  if (n < 20) {
    let sum = 0;
    for (let i = 2; i <= n; i++) sum += Math.log(i);
    return sum;
  }
  const x = n + 1;
  const series = 1 / (12 * x) - 1 / (360 * x ** 3) + 1 / (1260 * x ** 5) - 1 / (1680 * x ** 7);
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series;
}

/** The root in [0, 1] of a rising function. */
function bisect(f: (p: number) => number): number {
  let low = 0;
  let high = 1;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (f(middle) < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * The quantile of the standard normal distribution (Acklam's rational approximation, relative error
 * below 1.2e-9).
 * @throws NumericsError `invalid_argument` outside (0, 1)
 */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1))
    throw new NumericsError('invalid_argument', `A quantile needs 0 < p < 1, got ${p}.`, { p });
  if (p < 0.02425) return -normalTailQuantile(p);
  if (p > 1 - 0.02425) return normalTailQuantile(1 - p);
  const q = p - 0.5;
  const r = q * q;
  const a = [
    -3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.38357751867269e2,
    -3.066479806614716e1, 2.506628277459239,
  ];
  const b = [
    -5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1,
    -1.328068155288572e1, 1,
  ];
  return (q * polynomial(a, r)) / polynomial(b, r);
}

function normalTailQuantile(p: number): number {
  const q = Math.sqrt(-2 * Math.log(p));
  const c = [
    -7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734,
    4.374664141464968, 2.938163982698783,
  ];
  const d = [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416, 1];
  return -polynomial(c, q) / polynomial(d, q);
}

const polynomial = (coefficients: number[], x: number): number =>
  coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);

function assertShare(op: string, successes: number, total: number, level: number): void {
  assertCount(op, 'the number counted', total);
  assertCount(op, 'successes', successes);
  if (successes > total || !(level > 0 && level < 1))
    throw new NumericsError(
      'invalid_argument',
      `${op}: expected successes <= total and 0 < level < 1, got ${successes} of ${total} at level ${level}.`,
      { op, successes, total, level },
    );
}
