import type { AcquisitionRule } from '@dubio/contracts';

export type ReplayForm = {
  readonly rules: readonly AcquisitionRule[];
  readonly seeds: string;
  readonly startLabels: string;
  readonly batch: string;
  readonly endLabels: string;
  readonly poolSize: string;
};
export type FormField = 'rules' | 'seeds' | 'startLabels' | 'batch' | 'endLabels' | 'poolSize';
export type ReplaySpec = {
  readonly rules: AcquisitionRule[];
  readonly seeds: number;
  readonly startLabels: number;
  readonly batch: number;
  readonly endLabels: number;
  readonly poolSize: number;
};

const LIMITS: Record<Exclude<FormField, 'rules'>, readonly [number, number]> = {
  seeds: [1, 20],
  startLabels: [2, 10_000],
  batch: [1, 1000],
  endLabels: [3, 100_000],
  poolSize: [10, 200_000],
};

/** Reads the form: a spec, or what is wrong with which field, in words that say what to write. */
export function readForm(
  form: ReplayForm,
): { readonly spec: ReplaySpec } | { readonly errors: Partial<Record<FormField, string>> } {
  const errors: Partial<Record<FormField, string>> = {};
  if (form.rules.length === 0) {
    errors.rules = 'Choose at least one rule.';
  }
  const read = (field: Exclude<FormField, 'rules'>): number => {
    const [least, most] = LIMITS[field];
    const value = Number(form[field]);
    if (form[field].trim() === '' || !Number.isInteger(value) || value < least || value > most) {
      errors[field] =
        `A whole number from ${least.toLocaleString('en-US')} to ${most.toLocaleString('en-US')}.`;
    }
    return value;
  };
  const spec: ReplaySpec = {
    rules: [...form.rules],
    seeds: read('seeds'),
    startLabels: read('startLabels'),
    batch: read('batch'),
    endLabels: read('endLabels'),
    poolSize: read('poolSize'),
  };
  if (
    errors.endLabels === undefined &&
    errors.startLabels === undefined &&
    spec.endLabels <= spec.startLabels
  ) {
    errors.endLabels = `More than the ${spec.startLabels} labels at the start.`;
  }
  if (
    errors.poolSize === undefined &&
    errors.endLabels === undefined &&
    spec.poolSize < spec.endLabels
  ) {
    errors.poolSize = `At least ${spec.endLabels}: every label comes from the pool.`;
  }
  return Object.keys(errors).length > 0 ? { errors } : { spec };
}
