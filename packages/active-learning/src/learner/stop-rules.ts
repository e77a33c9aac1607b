import { NumericsError } from '@dubio/bayes-core/pure';
import { assertCount, assertFinite, assertLength, type Reals } from '../uncertainty/checks.js';

/** What a round of labelling came to, oldest first in a history. */
export type RoundFigures = {
  readonly labels: number;
  /** Accuracy, or RMSE; null where nothing could be held out. */
  readonly metric: number | null;
  /** Mean epistemic and total uncertainty of the open pool. */
  readonly epistemicMean: number | null;
  readonly totalMean: number | null;
  /** Agreement (kappa) of this model's answers on a fixed set with those of the model before. */
  readonly agreement: number | null;
};

/** Limits at which to stop; null leaves a rule out. */
export type StopPolicy = {
  readonly better: 'greater' | 'less';
  readonly targetMetric: number | null;
  readonly epistemic: number | null;
  readonly totalUncertainty: number | null;
  readonly labelBudget: number | null;
  /** Least gain of the metric over `window` rounds that is worth their labels. */
  readonly leastGain: number | null;
  /** Least mean kappa between successive models over the last `window` rounds. */
  readonly agreement: number | null;
  readonly window: number;
};

export type StopCode =
  | 'target-reached'
  | 'epistemic-uncertainty-low'
  | 'total-uncertainty-low'
  | 'budget-spent'
  | 'curve-flat'
  | 'answers-stable';

export type StopReason = {
  readonly code: StopCode;
  /** What was measured, and the limit it was held against. */
  readonly value: number;
  readonly limit: number;
  readonly sentence: string;
};

/**
 * Every rule that says that labelling may stop now, with its figures; empty while none does.
 *
 * Rules never look at more than the history given, so a page can show what each would have said at
 * any round.
 * target-reached: metric >= (RMSE: <=) target. epistemic-uncertainty-low, total-uncertainty-low:
 * mean epistemic or total uncertainty <= limit (Zhu, Wang, Hovy 2008). budget-spent: labels >=
 * budget. curve-flat: see `gainUpperBound`. answers-stable: the kappas of the last `window` rounds
 * average at least the limit (Bloodgood & Vijay-Shanker 2009).
 * @throws NumericsError `invalid_argument`, `non_finite`
 * @see docs/decisions/0027
 */
export function stopReasons(
  history: readonly RoundFigures[],
  policy: StopPolicy,
): readonly StopReason[] {
  assertCount('stopReasons', 'window', policy.window, 3);
  const last = history.at(-1);
  if (!last) return [];
  const found = [
    targetReached(last, policy),
    below(
      'epistemic-uncertainty-low',
      last.epistemicMean,
      policy.epistemic,
      'mean epistemic uncertainty',
    ),
    below(
      'total-uncertainty-low',
      last.totalMean,
      policy.totalUncertainty,
      'mean total uncertainty',
    ),
    budgetSpent(last, policy),
    curveFlat(history, policy),
    answersStable(history, policy),
  ];
  return found.filter((reason) => reason !== null);
}

function targetReached(
  { metric }: RoundFigures,
  { targetMetric: limit, better }: StopPolicy,
): StopReason | null {
  if (limit === null || metric === null) return null;
  if (better === 'greater' ? metric < limit : metric > limit) return null;
  const sentence = `The target is reached: ${figure(metric)}, ${figure(limit)} was wanted.`;
  return { code: 'target-reached', value: metric, limit, sentence };
}

function below(
  code: 'epistemic-uncertainty-low' | 'total-uncertainty-low',
  value: number | null,
  limit: number | null,
  name: string,
): StopReason | null {
  if (limit === null || value === null || value > limit) return null;
  const sentence = `The ${name} of the pool is ${figure(value)}, not above ${figure(limit)}.`;
  return { code, value, limit, sentence };
}

function budgetSpent({ labels }: RoundFigures, { labelBudget }: StopPolicy): StopReason | null {
  if (labelBudget === null || labels < labelBudget) return null;
  const sentence = `The budget is spent: ${labels} of ${labelBudget} labels.`;
  return { code: 'budget-spent', value: labels, limit: labelBudget, sentence };
}

function curveFlat(history: readonly RoundFigures[], policy: StopPolicy): StopReason | null {
  const { leastGain: limit, window, better } = policy;
  if (limit === null) return null;
  const points = history.filter(({ metric }) => metric !== null).slice(-window);
  // Rounds without new labels say nothing about what labels bring.
  if (points.length < window || points[0]!.labels === points.at(-1)!.labels) return null;
  const signed = points.map(({ metric }) => (better === 'greater' ? metric! : -metric!));
  const value = gainUpperBound(
    points.map(({ labels }) => labels),
    signed,
  );
  if (value >= limit) return null;
  const sentence = `The curve is flat: over the last ${window} rounds it rose by ${figure(value)} at the very most, ${figure(limit)} would be worth going on.`;
  return { code: 'curve-flat', value, limit, sentence };
}

function answersStable(history: readonly RoundFigures[], policy: StopPolicy): StopReason | null {
  const { agreement: limit, window } = policy;
  if (limit === null) return null;
  const kappas = history.slice(-window).map(({ agreement }) => agreement);
  if (kappas.length < window || kappas.some((kappa) => kappa === null)) return null;
  const value = kappas.reduce<number>((sum, kappa) => sum + kappa! / window, 0);
  if (value < limit) return null;
  const sentence = `The answers no longer change: models of the last ${window} rounds agree with kappa ${figure(value)}, ${figure(limit)} was asked for.`;
  return { code: 'answers-stable', value, limit, sentence };
}

/**
 * The most that a metric can be said to have gained over some rounds: the upper 95 % bound of a
 * straight line's rise.
 *
 * slope = sum (x - mean x)(y - mean y) / sum (x - mean x)^2; rise = slope (x_last - x_first), its
 * bound + t standard errors of the slope times the same, t the 95 % quantile of Student's
 * distribution with R - 2 degrees of freedom:
 * 6.3 for three rounds, 2.9 for four. A noisy flat stretch is not taken for an end.
 * Shapes: [R], [R] -> scalar. Units: that of the metric.
 * @throws NumericsError `shape_mismatch`, `non_finite`; `invalid_argument` below three points or
 * without spread in x
 * @see Draper & Smith 1998 section 1.4. Cost: R.
 */
export function gainUpperBound(labels_R: Reals, metric_R: Reals): number {
  const op = 'gainUpperBound';
  const count = labels_R.length;
  assertCount(op, 'rounds', count, 3);
  assertLength(op, 'metric_R', metric_R, count);
  assertFinite(op, 'labels_R', labels_R);
  assertFinite(op, 'metric_R', metric_R);
  const mean = (values: Reals) => Array.from(values).reduce((sum, v) => sum + v / count, 0);
  const [meanX, meanY] = [mean(labels_R), mean(metric_R)];
  let xx = 0;
  let xy = 0;
  for (let r = 0; r < count; r++) {
    xx += (labels_R[r]! - meanX) ** 2;
    xy += (labels_R[r]! - meanX) * (metric_R[r]! - meanY);
  }
  if (xx === 0)
    throw new NumericsError('invalid_argument', `${op}: rounds must differ in their labels.`);
  const slope = xy / xx;
  let residual = 0;
  for (let r = 0; r < count; r++)
    residual += (metric_R[r]! - meanY - slope * (labels_R[r]! - meanX)) ** 2;
  const error = Math.sqrt(residual / (count - 2) / xx);
  return (slope + studentQuantile95(count - 2) * error) * (labels_R[count - 1]! - labels_R[0]!);
}

/**
 * The 95 % quantile of Student's distribution: as it is for one and two degrees of freedom, and
 * within 0.3 % from three on by Fisher's expansion in powers of 1 / degrees.
 * @see Abramowitz & Stegun 26.7.5
 */
function studentQuantile95(degrees: number): number {
  if (degrees === 1) return Math.tan(0.45 * Math.PI);
  if (degrees === 2) return 0.9 * Math.sqrt(2 / (1 - 0.9 ** 2));
  const z = 1.6448536;
  const first = (z ** 3 + z) / 4;
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  const third = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384;
  return z + (first + (second + third / degrees) / degrees) / degrees;
}

const figure = (value: number): string => String(Number(value.toPrecision(3)));
