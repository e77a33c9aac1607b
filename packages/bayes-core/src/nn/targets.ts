import { NumericsError } from '../errors.js';
import type { FeatureMatrix } from './features.js';
import type { ModelSpec } from './spec.js';

/** Known answers: class indexes or numbers, one for each row. */
export type Targets =
  | { readonly kind: 'class'; readonly values: Int32Array }
  | { readonly kind: 'number'; readonly values: Float64Array };

/** Items with their answers. */
export type LabelledRows = { readonly features: FeatureMatrix; readonly targets: Targets };

/** target = mean + deviation * standardised; 0 and 1 for classes. */
export type TargetScale = { readonly mean: number; readonly deviation: number };

/**
 * Mean and standard deviation of training numbers, so that networks always learn values near 0 with spread 1.
 * @throws invalid_data when all numbers are the same
 */
export function targetScale(targets: Targets): TargetScale {
  if (targets.kind === 'class') return { mean: 0, deviation: 1 };
  const { values } = targets;
  const mean = values.reduce((sum, y) => sum + y, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, y) => sum + (y - mean) ** 2, 0) / values.length);
  if (!(deviation > 0)) {
    throw new NumericsError(
      'invalid_data',
      `Training numbers: expected at least two different values, got only ${values[0]}; nothing can be learned from a constant.`,
      { mean },
    );
  }
  return { mean, deviation };
}

/**
 * Refuses answers that do not fit the spec or the rows.
 * @throws invalid_data naming the first bad row
 */
export function checkTargets(targets: Targets, rows: number, spec: ModelSpec, what: string): void {
  const { output } = spec;
  if (targets.kind !== output.kind) {
    throw new NumericsError(
      'invalid_data',
      `${what}: the model answers with a ${output.kind}, the targets are of kind ${targets.kind}.`,
      { expected: output.kind, got: targets.kind },
    );
  }
  if (targets.values.length !== rows || rows === 0) {
    throw new NumericsError(
      'invalid_data',
      `${what}: expected one answer for each of ${rows} rows (at least one), got ${targets.values.length}.`,
      { rows, got: targets.values.length },
    );
  }
  const valid =
    output.kind === 'class' ? (y: number) => y >= 0 && y < output.classes : Number.isFinite;
  const row = targets.values.findIndex((y) => !valid(y));
  if (row >= 0) {
    const expected =
      output.kind === 'class' ? `a class from 0 to ${output.classes - 1}` : 'a finite number';
    throw new NumericsError(
      'invalid_data',
      `${what}: row ${row} expected ${expected}, got ${targets.values[row]}.`,
      { row, expected, got: targets.values[row] },
    );
  }
}
