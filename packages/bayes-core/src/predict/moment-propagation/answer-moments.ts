import { constant, type Node } from '../../graph/node.js';
import {
  abs,
  add,
  cast,
  divide,
  equal,
  exp,
  maximum,
  multiply,
  negate,
  relu,
  sigmoid,
  softplus,
  sqrt,
  square,
  subtract,
} from '../../graph/ops/elementwise.js';
import { reshape, slice } from '../../graph/ops/layout.js';
import { logSoftmax, reduceMax, reduceMean, reduceSum } from '../../graph/ops/reduce.js';
import type { Head } from '../../nn/heads.js';
import { normalPoints, POINTS } from './normal-points.js';
import { likeliestTwo, type OutputMoments } from './output-moments.js';

export type Named = Readonly<Record<string, Node>>;

/** Below it a gap between two logits has no deviation to divide by; float32. */
const SMALLEST_VARIANCE = constant(1e-20);

/**
 * What Gaussian outputs say about the answers, by the names that each kind has below; all [N, ...],
 * in the units of the outputs.
 */
export function answerMoments(head: Head, outputs: OutputMoments): Named {
  switch (head.output.kind) {
    case 'class':
      return classAnswers(outputs, head.output.classes);
    case 'choices':
      return choicesAnswers(outputs, head.output.choices);
    case 'number':
      return numberAnswers(outputs, head.output.noise === 'per-item');
  }
}

/**
 * Classes: `probs` E[softmax z], `squares` E[(softmax z)^2] [N, C], `entropy` E[H(softmax z)] [N,
 * 1] and `votes`, the share of points that prefer a class, of z ~ N(m, S), as means over fixed
 * points. Only gaps to the likeliest class f count. With r the runner-up, z_c - z_f = m_c - m_f +
 * a_c e + b_c n_c, where a_c e is the regression on the gap of r and f, and b_c n_c the rest: exact
 * in the mean and variance of every gap and in its covariance with that of r; what is left of minor
 * rivals is taken as independent of each other (nothing is left out for up to three classes). Where
 * layers' noise interacts, e and n_c are bent to the skewness of a product: mean and variance of
 * each gap stay.
 *
 * The points e and n_c are those of `normalPoints`. All is as if they were posterior samples, so
 * epistemic = H[p] - E[H] is never negative and at most ln C. Cost: `POINTS` C exponentials per
 * item.
 */
function classAnswers(
  { mean, variance, covariance, interaction }: OutputMoments,
  classes: number,
): Named {
  const { favourite, rival } = likeliestTwo(mean, classes);
  const at = (values: Node, place: Node) =>
    reduceSum(multiply(values, place), [1], { keepDims: true });
  const gaps = subtract(mean, at(mean, favourite));
  const rows = mean.shape[0]!;
  if (!variance) return classMeans(reshape(gaps, [rows, 1, classes]), 1);
  const [ofFavourite, ofRival] = [covariance(favourite), covariance(rival)];
  const own = at(ofFavourite, favourite);
  const spread = subtract(add(variance, own), multiply(constant(2), ofFavourite));
  const shared = add(subtract(ofRival, ofFavourite), subtract(own, at(ofFavourite, rival)));
  const first = divide(shared, sqrt(maximum(at(spread, rival), SMALLEST_VARIANCE)));
  const rest = sqrt(relu(subtract(spread, square(first))));
  const { axis, others } = pointsOf(classes);
  const column = (values: Node) => reshape(values, [rows, 1, values.shape[1]!]);
  const skewed = (points: Node, skew: Node) =>
    interaction ? bent(points, column(multiply(interaction, skew))) : points;
  const skew = skewness(gaps, spread);
  const moved = add(
    multiply(column(first), skewed(axis, at(skew, rival))),
    multiply(column(rest), skewed(others, skew)),
  );
  return classMeans(add(column(gaps), moved), POINTS);
}

/**
 * m s / (m^2 + s^2) of gaps with means m <= 0 and variances s^2, [N, C]: the quotient m / s of the
 * deviation that a product's skewness has for small ones, and nothing where the mean is near to 0
 * and the terms of the gap are of both signs.
 */
function skewness(mean: Node, variance: Node): Node {
  const spread = maximum(variance, SMALLEST_VARIANCE);
  return divide(multiply(mean, sqrt(spread)), add(square(mean), spread));
}

/**
 * Points e [1, K, C] bent to a skewness g [N, 1, C]: (e + g/6 (e^2 - 1)) / sqrt(1 + g^2 k), [N, K,
 * C], with k such that the variance stays 1.
 * @see Cornish & Fisher 1938, the first term
 */
function bent(points: Node, skew: Node): Node {
  const curve = multiply(subtract(square(points), constant(1)), constant(1 / 6));
  const added = reduceMean(square(curve), [1], { keepDims: true });
  const length = sqrt(add(constant(1), multiply(square(skew), added)));
  return divide(add(points, multiply(skew, curve)), length);
}

/** Means over the points of logits [N, K, C]. */
function classMeans(logits: Node, points: number): Named {
  const logProbs = logSoftmax(logits);
  const probs = exp(logProbs);
  const entropy = multiply(
    reduceSum(multiply(probs, logProbs), [1, 2], { keepDims: false }),
    constant(-1 / points),
  );
  const best = equal(logProbs, reduceMax(logProbs, [2], { keepDims: true }));
  return {
    probs: reduceMean(probs, [1]),
    squares: reduceMean(square(probs), [1]),
    entropy: reshape(entropy, [logits.shape[0]!, 1]),
    votes: reduceMean(cast(best, 'float32'), [1]),
  };
}

function pointsOf(axes: number): { readonly axis: Node; readonly others: Node } {
  const points = normalPoints(axes + 1);
  const column = (k: number, axis: number) => points[k * (axes + 1) + axis]!;
  const axis = Float32Array.from({ length: POINTS }, (_, k) => column(k, 0));
  const others = Float32Array.from({ length: POINTS * axes }, (_, i) =>
    column(Math.floor(i / axes), 1 + (i % axes)),
  );
  return {
    axis: constant(axis, [1, POINTS, 1]),
    others: constant(others, [1, POINTS, axes]),
  };
}

/**
 * Choices: `probs` E[sigmoid z], `entropy` E[H] and `votes` of each, [N, L], over the points of one
 * axis.
 */
function choicesAnswers({ mean, variance }: OutputMoments, choices: number): Named {
  const column = (values: Node) => reshape(values, [mean.shape[0]!, 1, choices]);
  const logits = variance
    ? add(column(mean), multiply(column(sqrt(relu(variance))), pointsOf(0).axis))
    : column(mean);
  const size = abs(logits);
  const entropies = add(softplus(negate(size)), multiply(size, sigmoid(negate(size))));
  const isChosen = subtract(constant(1), cast(equal(relu(logits), constant(0)), 'float32'));
  return {
    probs: reduceMean(sigmoid(logits), [1]),
    entropy: reduceMean(entropies, [1]),
    votes: reduceMean(isChosen, [1]),
  };
}

/**
 * Numbers, standardised: `mean`, `variance` [N, 1], and `noise` E[exp s] = exp(m_s + v_s / 2) of a
 * Gaussian log variance s, where it is predicted. Closed form.
 */
function numberAnswers({ mean, variance }: OutputMoments, isPerItem: boolean): Named {
  const spread = relu(variance ?? multiply(mean, constant(0)));
  const own = { mean: slice(mean, 1, 0, 1), variance: slice(spread, 1, 0, 1) };
  if (!isPerItem) return own;
  const half = multiply(slice(spread, 1, 1, 2), constant(0.5));
  return { ...own, noise: exp(add(slice(mean, 1, 1, 2), half)) };
}
