import type { ChoicesUncertainty } from './choices-uncertainty.js';
import type { ClassUncertainty } from './class-uncertainty.js';
import { type NumberUncertainty, numberInformation } from './number-uncertainty.js';

/** The uncertainty about one question. */
export type SingleUncertainty = ClassUncertainty | ChoicesUncertainty | NumberUncertainty;

/**
 * The uncertainty of N items about several questions, joined into one figure of each kind in nats.
 */
export type FieldsUncertainty = {
  readonly kind: 'fields';
  readonly rows: number;
  readonly total_N: Float64Array;
  readonly aleatoric_N: Float64Array;
  /** Information about the weights in the answers: what one queue over all fields goes by. */
  readonly epistemic_N: Float64Array;
  readonly fields: readonly SingleUncertainty[];
};

/**
 * One field's uncertainty; `deviation` is the spread of the training answers of a number, in its
 * unit.
 */
export type FieldUncertainty = {
  readonly uncertainty: SingleUncertainty;
  readonly deviation: number;
};

/**
 * Adds the uncertainties of several fields up, all in nats so that fields of any kind and unit can
 * stand beside each other.
 *
 * Classes and choices bring their nats. A number brings epistemic = 1/2 ln(1 + e/a), the mutual
 * information of answer and weights when both are Gaussian, and aleatoric = 1/2 ln(1 + a/d^2)
 * against the spread d of the training answers, with e and a its epistemic and aleatoric variance.
 * total = aleatoric + epistemic. Answers are independent given the weights, so the epistemic sum
 * bounds I(all answers; weights) from above.
 *
 * Shapes: [N] of each field -> [N]. Units: nats.
 * @throws NumericsError `invalid_data` where a number has no aleatoric variance at all
 * @see Houlsby et al. 2011 eq. 2; Cover & Thomas 2006, section 9.1. Cost: N logarithms per field.
 * @see docs/decisions/0102
 */
export function fieldsUncertainty(uncertainties: readonly FieldUncertainty[]): FieldsUncertainty {
  const rows = uncertainties[0]?.uncertainty.rows ?? 0;
  const result: FieldsUncertainty = {
    kind: 'fields',
    rows,
    total_N: new Float64Array(rows),
    aleatoric_N: new Float64Array(rows),
    epistemic_N: new Float64Array(rows),
    fields: uncertainties.map(({ uncertainty }) => uncertainty),
  };
  for (const { uncertainty, deviation } of uncertainties) {
    const own =
      uncertainty.kind === 'number' ? numberInformation(uncertainty, deviation) : uncertainty;
    for (let row = 0; row < rows; row++) {
      const [epistemic, aleatoric] = [own.epistemic_N[row]!, own.aleatoric_N[row]!];
      result.epistemic_N[row]! += epistemic;
      result.aleatoric_N[row]! += aleatoric;
      result.total_N[row]! += epistemic + aleatoric;
    }
  }
  return result;
}
