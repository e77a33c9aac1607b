import { constant, type Node } from '../../graph/node.js';
import {
  add,
  divide,
  erf,
  exp,
  maximum,
  multiply,
  relu,
  sqrt,
  square,
  subtract,
  tanh,
} from '../../graph/ops/elementwise.js';
import {
  alongDirection,
  certain,
  plus,
  type Step,
  times,
  type ValueMoments,
  varianceOf,
} from './value-moments.js';

/** Keeps a quotient finite where an activation is certain; float32. */
const SMALLEST_VARIANCE = constant(1e-20);
const ONE = constant(1);
const NONE = constant(0);

/** Mean, variance and mean slope of f(a) for a Gaussian a. */
type Through = { readonly mean: Node; readonly variance: Node; readonly slope: Node };

/**
 * The step of an activation. What goes on to vary with the inputs is slope^2 times their variance
 * (Stein's lemma gives the covariance with any other Gaussian as slope times theirs); the rest of
 * the variance is each unit's own.
 */
function activation(
  x: ValueMoments,
  plain: (mean: Node) => Node,
  through: (mean: Node, variance: Node) => Through,
): Step {
  const variance = varianceOf(x);
  if (!variance) return { moments: certain(plain(x.mean)), carry: unreachable, born: null };
  const out = through(x.mean, variance);
  const linear = square(out.slope);
  const rest = maximum(subtract(out.variance, multiply(linear, variance)), NONE);
  return {
    moments: {
      mean: out.mean,
      carried: x.carried && multiply(linear, x.carried),
      independent: plus(x.independent && multiply(linear, x.independent), rest),
    },
    carry: (direction) => multiply(direction, out.slope),
    born: alongDirection(rest),
  };
}

/** Nothing is carried back to where all is certain. */
export function unreachable(): never {
  throw new Error('a direction was carried back through certain values');
}

/**
 * Moments of max(a, 0) for a ~ N(m, s^2), with r = m / s: mean = m Phi(r) + s phi(r), second moment
 * (m^2 + s^2) Phi(r) + m s phi(r), mean slope Phi(r). Exact for a Gaussian a.
 * @see Frey & Hinton 1999, "Variational Learning in Nonlinear Gaussian Belief Networks", appendix
 * A; Gast & Roth 2018, equation 10
 */
export function reluMoments(x: ValueMoments): Step {
  return activation(x, relu, (mean, variance) => {
    const deviation = sqrt(maximum(variance, SMALLEST_VARIANCE));
    const ratio = divide(mean, deviation);
    const above = times(add(ONE, erf(times(ratio, Math.SQRT1_2))), 0.5);
    const density = times(exp(times(square(ratio), -0.5)), 1 / Math.sqrt(2 * Math.PI));
    const tail = multiply(deviation, density);
    const out = add(multiply(mean, above), tail);
    // E[y^2] - E[y]^2 with E[y^2] = m E[y] + s^2 Phi.
    const spread = add(multiply(subtract(mean, out), out), multiply(variance, above));
    return { mean: out, variance: maximum(spread, NONE), slope: above };
  });
}

/**
 * Points and weights of Gauss-Hermite quadrature with five points, for a standard normal number.
 */
const QUADRATURE: readonly (readonly [number, number])[] = [
  [0, 8 / 15],
  ...[-1, 1].flatMap((side) => [
    [side * Math.sqrt(5 - Math.sqrt(10)), (7 + 2 * Math.sqrt(10)) / 60] as const,
    [side * Math.sqrt(5 + Math.sqrt(10)), (7 - 2 * Math.sqrt(10)) / 60] as const,
  ]),
];

/**
 * Moments of tanh a for a ~ N(m, s^2) by five-point Gauss-Hermite quadrature: mean = sum_k w_k t_k,
 * variance = sum_k w_k (t_k - mean)^2, mean slope = sum_k w_k (1 - t_k^2), with t_k = tanh(m + s
 * z_k).
 * @see Abramowitz & Stegun 1964, table 25.10
 */
export function tanhMoments(x: ValueMoments): Step {
  return activation(x, tanh, (mean, variance) => {
    const deviation = sqrt(variance);
    const values = QUADRATURE.map(([z]) => tanh(add(mean, times(deviation, z))));
    const average = (f: (t: Node) => Node) =>
      values.map((t, k) => times(f(t), QUADRATURE[k]![1])).reduce(add);
    const out = average((t) => t);
    return {
      mean: out,
      variance: average((t) => square(subtract(t, out))),
      slope: subtract(ONE, average(square)),
    };
  });
}
