import type { ActiveTestFigures } from '@dubio/contracts';
import { weightedRisk } from '../active-testing/lure.js';
import { Z_95 } from '../calibration/proportion.js';
import type { TrainingSet } from '../labels/training-set.js';
import { effectiveRows, lossesOf } from './lure-figures.js';
import type { Judged } from './trust.js';

/** One answer says nothing about how far off an estimate is. */
const LEAST_ROWS = 2;
/** With fewer mistakes than this, or right answers, a standard error says little. */
const LEAST_OF_A_KIND = 5;
/** Two mistakes and two right answers. */
const ADDED = [1, 1, 0, 0] as const;

type Figure = NonNullable<ActiveTestFigures['metric']>;

/**
 * What the model would score on the whole pool, from answers to items that were drawn by the loss
 * expected of it; null for fewer than two.
 *
 * R = 1/M sum_m v_m loss_m with `lureWeightsOfDraws`, R +- 1.96 standard errors. Accuracy is 1 - R
 * of the mistakes, kept within 0 and 1; below five mistakes, or right answers, its interval is that
 * with two mistakes and two right answers of weight 1 added, so that a model without a mistake so
 * far does not count as perfect. RMSE is the root of R of the squared errors, its interval the root
 * of the ends.
 * @see Kossen, Farquhar, Gal & Rainforth 2021 eq. 2; Agresti & Coull 1998 for the four answers
 */
export function activeTestFigures(
  { activeTest }: Pick<TrainingSet, 'activeTest'>,
  judged: Judged | null,
): ActiveTestFigures | null {
  if (activeTest === null || judged === null || activeTest.weights.length < LEAST_ROWS) return null;
  const losses = lossesOf(judged);
  if (losses === null) return null;
  const weights = Float64Array.from(activeTest.weights);
  const poolRows = Math.max(activeTest.poolRows, weights.length);
  const risk = (values: Float64Array): Figure => {
    const found = weightedRisk(values, weights, poolRows);
    const reach = Z_95 * found.standardError!;
    const [low, high] = [found.risk - reach, found.risk + reach];
    return { value: found.risk, standardError: found.standardError!, low, high };
  };
  const wrong = risk(losses.wrong);
  const isNumber = judged.moments.kind === 'number';
  return {
    rows: weights.length,
    effectiveRows: effectiveRows(weights),
    metric: isNumber
      ? rootFigure(wrong)
      : accuracyFigure(wrong, mistakesInterval(wrong, losses.wrong, weights)),
    nll: losses.nll && nllFigure(risk(losses.nll), isNumber),
  };
}

function accuracyFigure(wrong: Figure, mistakes: { low: number; high: number }): Figure {
  const value = within(1 - wrong.value);
  return {
    value,
    standardError: wrong.standardError,
    low: Math.min(value, within(1 - mistakes.high)),
    high: Math.max(value, within(1 - mistakes.low)),
  };
}

function mistakesInterval(
  plain: { low: number; high: number },
  wrong: Float64Array,
  weights: Float64Array,
): { low: number; high: number } {
  const mistakes = wrong.reduce((sum, own) => sum + own, 0);
  if (Math.min(mistakes, wrong.length - mistakes) >= LEAST_OF_A_KIND) return plain;
  const values = [...wrong.map((loss, m) => loss * weights[m]!), ...ADDED];
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (values.length - 1);
  const reach = Z_95 * Math.sqrt(variance / values.length);
  return { low: mean - reach, high: mean + reach };
}

/** No answer to a choice surprises by less than 0 nats; densities of numbers may. */
const nllFigure = (nll: Figure, isNumber: boolean): Figure =>
  isNumber ? nll : { ...nll, low: Math.max(0, nll.low) };

/** Where the estimate is not above 0 there is no root to tell. */
function rootFigure({ value, standardError, low, high }: Figure): Figure | null {
  if (!(value > 0)) return null;
  const root = Math.sqrt(value);
  return {
    value: root,
    standardError: standardError / (2 * root),
    low: Math.sqrt(Math.max(0, low)),
    high: Math.sqrt(high),
  };
}

const within = (share: number): number => Math.min(1, Math.max(0, share));
