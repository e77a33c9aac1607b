import { NumericsError } from '@dubio/bayes-core/pure';
import { assertCount, assertLength, type Reals } from '../uncertainty/checks.js';
import { assertDistributions } from '../uncertainty/predictive-moments.js';
import { argmaxClass, assertClasses, assertLabelled, type LabelledProbs } from './labelled.js';
import { assertNumbers, type LabelledNumbers } from './number-metrics.js';
import { type Interval, wilsonInterval } from './proportion.js';

/**
 * `lac`: smallest sets on average. `aps`: larger sets where the model is uncertain, hence fairer
 * between items.
 */
export type ConformalMethod = 'lac' | 'aps';

/** Levels are decimal numbers: .9 of ten rows are nine. */
const ROUNDING = 1e-9;

export type ConformalFit = {
  /** Share of answers that must be covered, such as 0.9. */
  readonly level: number;
  /** Items that the limit was learned from. */
  readonly rows: number;
  /**
   * Score up to which an answer belongs to the set; infinity when there were too few items for the
   * level.
   */
  readonly limit: number;
};

/** Which classes each item's answer may be, [N, C], and how many that are. */
export type ConformalSets = {
  readonly rows: number;
  readonly classes: number;
  readonly member_N_C: Uint8Array;
  readonly size_N: Int32Array;
};

/**
 * How strange the true answer of each item is to the model; a set holds the answers up to a limit.
 *
 * Score of (x, y): lac 1 - p_y; aps sum of all p_c >= p_y. With `favouriteIsIn` an item whose
 * answer is the favourite has score 0, as the sets always hold it: then the share of scores <=
 * limit is the coverage of `conformalSets` at that limit.
 * Shapes: [N, C], [N] -> [N], in [0, 1]. @throws NumericsError `shape_mismatch`, `non_finite`,
 * `invalid_data`
 * @see Sadinle, Lei, Wasserman 2019 (LAC); Romano, Sesia, Candes 2020 (APS). Cost: N C.
 */
export function conformalSetScores(
  labelled: LabelledProbs,
  { method, favouriteIsIn = false }: { method: ConformalMethod; favouriteIsIn?: boolean },
): Float64Array {
  assertLabelled('conformalSetScores', labelled);
  const { rows, classes, probs_N_C, labels_N } = labelled;
  return Float64Array.from({ length: rows }, (_, row) => {
    const answer = labels_N[row]!;
    if (favouriteIsIn && argmaxClass(probs_N_C, row, classes) === answer) return 0;
    return scoreOf(method, probs_N_C, { row, classes, answer });
  });
}

/**
 * How many predicted standard deviations each true number lies from its mean, |y - m| / sd.
 *
 * Shapes: [N] -> [N]. @throws NumericsError `invalid_argument`, `shape_mismatch`, `non_finite`,
 * `invalid_data`
 * @see Lei et al. 2018 section 5.2 (locally weighted). Cost: N.
 */
export function conformalIntervalScores(labelled: LabelledNumbers): Float64Array {
  assertNumbers('conformalIntervalScores', labelled);
  const { rows, mean_N, variance_N, targets_N } = labelled;
  return Float64Array.from(
    { length: rows },
    (_, n) => Math.abs(targets_N[n]! - mean_N[n]!) / Math.sqrt(variance_N[n]!),
  );
}

/**
 * Learns how improbable an answer may be and still belong to the set (split conformal prediction).
 *
 * Score of (x, y): lac 1 - p_y; aps sum of all p_c >= p_y (without randomisation, hence on the safe
 * side). The limit is the ceil((n + 1) level)-th smallest score; then P(y in set) >= level for a
 * new item, whatever the model, if it and the calibration items are exchangeable - drawn alike, and
 * none of them trained on.
 * Shapes: [N, C], [N] -> limit.
 * @throws NumericsError `invalid_argument`, `shape_mismatch`, `non_finite`, `invalid_data`
 * @see Sadinle, Lei, Wasserman 2019 (LAC); Romano, Sesia, Candes 2020 (APS); Vovk et al. 2005.
 * Cost: N C ln C.
 */
export function fitConformalSets(
  calibration: LabelledProbs,
  { level, method }: { level: number; method: ConformalMethod },
): ConformalFit {
  const scores = conformalSetScores(calibration, { method });
  const limit = conformalLimit(scores, level);
  return { level, rows: calibration.rows, limit };
}

/**
 * The classes that each item's answer may be: those whose score is within the limit, and always the
 * favourite.
 *
 * Shapes: [N, C] -> [N, C]. @throws NumericsError `shape_mismatch`, `invalid_data`. Cost: N C^2.
 * @see docs/decisions/0028
 */
export function conformalSets(
  probs_N_C: Reals,
  { rows, classes }: { rows: number; classes: number },
  { limit, method }: { limit: number; method: ConformalMethod },
): ConformalSets {
  const op = 'conformalSets';
  assertCount(op, 'classes', classes, 2);
  assertLength(op, 'probs_N_C', probs_N_C, rows * classes);
  assertDistributions(op, probs_N_C, rows, classes);
  const member_N_C = new Uint8Array(rows * classes);
  const size_N = new Int32Array(rows);
  for (let n = 0; n < rows; n++) {
    const favourite = argmaxClass(probs_N_C, n, classes);
    for (let c = 0; c < classes; c++) {
      const isIn =
        c === favourite || scoreOf(method, probs_N_C, { row: n, classes, answer: c }) <= limit;
      if (!isIn) continue;
      member_N_C[n * classes + c] = 1;
      size_N[n]! += 1;
    }
  }
  return { rows, classes, member_N_C, size_N };
}

export type SetCoverage = {
  /** Share of true answers inside their sets, with a Wilson interval at 95 %. */
  readonly coverage: Interval;
  readonly meanSize: number;
  /** How many items have a set of 0, 1, .. C answers. */
  readonly sizes: readonly number[];
};

/**
 * How often the sets hold the truth on items that they were not learned from, and how large they
 * are.
 *
 * Shapes: [N, C], [N] -> scalars, [C + 1]. Units: shares, classes. Cost: N.
 * @throws NumericsError `shape_mismatch`, `invalid_argument` without items, `invalid_data`
 * @see Angelopoulos & Bates 2023, "Conformal Prediction: A Gentle Introduction", section 3
 */
export function setCoverage(
  { rows, classes, ...sets }: ConformalSets,
  labels_N: Reals,
): SetCoverage {
  const op = 'setCoverage';
  assertCount(op, 'rows', rows, 1);
  assertLength(op, 'labels_N', labels_N, rows);
  assertClasses(op, labels_N, classes);
  const sizes = Array<number>(classes + 1).fill(0);
  let covered = 0;
  for (let n = 0; n < rows; n++) {
    sizes[sets.size_N[n]!]! += 1;
    covered += sets.member_N_C[n * classes + labels_N[n]!]!;
  }
  const meanSize = sizes.reduce((sum, count, size) => sum + count * size, 0) / rows;
  return { coverage: wilsonInterval(covered, rows), meanSize, sizes };
}

/**
 * Learns how many predicted standard deviations an interval must reach to hold the share of numbers
 * asked for.
 *
 * Score |y - m| / sd; interval m -+ limit sd, of the stated coverage under exchangeability, whether
 * or not the noise is normal and the predicted deviation right; wide where the model says so.
 * Shapes: [N] -> limit, in standard deviations.
 * @throws NumericsError `invalid_argument`, `shape_mismatch`, `non_finite`, `invalid_data`
 * @see Lei et al. 2018 section 5.2 (locally weighted); Papadopoulos, Gammerman, Vovk 2008. Cost: N
 * ln N.
 */
export function fitConformalInterval(calibration: LabelledNumbers, level: number): ConformalFit {
  const scores = conformalIntervalScores(calibration);
  const limit = conformalLimit(scores, level);
  return { level, rows: calibration.rows, limit };
}

/**
 * The limit that holds the stated share of new scores: the ceil((n + 1) level)-th smallest of n.
 *
 * Infinity when that is more than there are; `leastCalibrationRows` says how many it takes.
 * Shapes: [N] -> scalar. @throws NumericsError `invalid_argument` for a level outside (0, 1)
 * @see Vovk, Gammerman & Shafer 2005. Cost: N ln N.
 */
export function conformalLimit(scores_N: Reals, level: number): number {
  if (!(level > 0 && level < 1))
    throw new NumericsError('invalid_argument', `A level lies in (0, 1), got ${level}.`);
  const rows = scores_N.length;
  const rank = Math.ceil((rows + 1) * level - ROUNDING);
  return rank > rows ? Number.POSITIVE_INFINITY : Float64Array.from(scores_N).sort()[rank - 1]!;
}

/** The fewest calibration rows from which a limit for this level can be learned. */
export const leastCalibrationRows = (level: number): number =>
  Math.ceil(level / (1 - level) - ROUNDING);

function scoreOf(
  method: ConformalMethod,
  probs_N_C: Reals,
  { row, classes, answer }: { row: number; classes: number; answer: number },
): number {
  const p = probs_N_C[row * classes + answer]!;
  if (method === 'lac') return 1 - p;
  let mass = 0;
  for (let c = 0; c < classes; c++) {
    const other = probs_N_C[row * classes + c]!;
    if (other >= p) mass += other;
  }
  return mass;
}
