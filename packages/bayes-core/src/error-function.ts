/** Beyond it 1 - erf(x) is below what a float64 beside 1 can hold. */
const CERTAIN = 6;

/**
 * The error function, erf(x) = 2/sqrt(pi) exp(-x^2) sum_n 2^n x^(2n+1) / (1 3 5 ... (2n+1)): all
 * terms have one sign, so nothing cancels. Shapes: a number. Units: none. Exact to about 1e-15.
 * @see Abramowitz & Stegun 1964, equation 7.1.6. Cost: about 20 + 6 x^2 multiplications.
 */
export function errorFunction(x: number): number {
  if (Math.abs(x) >= CERTAIN) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}
