import { NumericsError } from '@dubio/bayes-core/pure';
import { assertCount, assertFinite, assertLength, type Reals } from '../uncertainty/checks.js';
import { classMetrics } from './class-metrics.js';
import type { LabelledProbs } from './labelled.js';
import { type Interval, wilsonInterval } from './proportion.js';

/** Predictive probabilities of L choices for N items, with what was really chosen. */
export type LabelledChoices = {
  readonly rows: number;
  readonly choices: number;
  /** Probability that each choice is made. */
  readonly probs_N_L: Reals;
  /** 1 where it was made, 0 where not. */
  readonly labels_N_L: Reals;
};

export type ChoicesMetrics = {
  readonly rows: number;
  /** Mean negative log likelihood, nats per item: summed over its choices. */
  readonly nllNats: number;
  /** Mean squared distance of probability and truth, 0 to 1 a choice. */
  readonly brier: number;
  /** Share of items of which every choice is right. */
  readonly subsetAccuracy: Interval;
  readonly perChoice: readonly {
    /** Items of which it was chosen. */
    readonly support: number;
    readonly accuracy: Interval;
    readonly precision: Interval;
    readonly recall: Interval;
  }[];
};

/**
 * How good probabilities of choices are on labelled items; a choice is answered where p > 1/2.
 *
 * NLL = -1/N sum_n sum_l ln p_nl(y_nl); Brier = 1/(N L) sum_n sum_l (p_nl - y_nl)^2; accuracy of
 * each choice, and of all of an item's choices together (subset accuracy), with Wilson intervals at
 * 95 %.
 * Shapes: [N, L], [N, L] -> scalars, [L]. Units: nats, shares.
 * @throws NumericsError `invalid_argument`, `shape_mismatch`, `non_finite`, `invalid_data`
 * @see Brier 1950; Sorower 2010, "A Literature Survey on Algorithms for Multi-label Learning",
 * section 7. Cost: N L.
 */
export function choicesMetrics(input: LabelledChoices): ChoicesMetrics {
  const { rows, choices, probs_N_L, labels_N_L } = input;
  const all = classMetrics(choicesAsClasses(input));
  const perChoice = Array.from({ length: choices }, (_, l) => {
    const one = classMetrics(
      choicesAsClasses({
        rows,
        choices: 1,
        probs_N_L: Float64Array.from({ length: rows }, (_, n) => probs_N_L[n * choices + l]!),
        labels_N_L: Float64Array.from({ length: rows }, (_, n) => labels_N_L[n * choices + l]!),
      }),
    );
    return { ...one.perClass[1]!, accuracy: one.accuracy };
  });
  let whole = 0;
  for (let n = 0; n < rows; n++) {
    let wrong = 0;
    for (let i = n * choices; i < (n + 1) * choices; i++)
      if (probs_N_L[i]! > 0.5 !== (labels_N_L[i] === 1)) wrong++;
    if (wrong === 0) whole++;
  }
  return {
    rows,
    nllNats: all.nllNats * choices,
    brier: all.brier / 2,
    subsetAccuracy: wilsonInterval(whole, rows),
    perChoice,
  };
}

/**
 * Every single choice as an item of two classes, 0 = not made and 1 = made, [N L, 2]: reliability,
 * ECE and the temperature of choices are those of their binary answers, `applyTemperature`
 * included.
 *
 * Shapes: [N, L], [N, L] -> [N L, 2], [N L].
 * @throws NumericsError `invalid_argument`, `shape_mismatch`, `non_finite`, `invalid_data`
 */
export function choicesAsClasses(input: LabelledChoices): LabelledProbs {
  const op = 'choicesAsClasses';
  const { rows, choices, probs_N_L, labels_N_L } = input;
  assertCount(op, 'rows', rows, 1);
  assertCount(op, 'choices', choices, 1);
  assertLength(op, 'probs_N_L', probs_N_L, rows * choices);
  assertLength(op, 'labels_N_L', labels_N_L, rows * choices);
  assertFinite(op, 'probs_N_L', probs_N_L);
  const probs_N_C = new Float64Array(2 * rows * choices);
  for (let i = 0; i < rows * choices; i++) {
    const p = probs_N_L[i]!;
    if (p < 0 || p > 1)
      throw new NumericsError(
        'invalid_data',
        `${op}: probs_N_L must lie in [0, 1], got ${p} at ${i}. Take the sigmoid of each choice.`,
        { op, index: i, got: String(p) },
      );
    probs_N_C[2 * i] = 1 - p;
    probs_N_C[2 * i + 1] = p;
  }
  return { rows: rows * choices, classes: 2, probs_N_C, labels_N: labels_N_L };
}
