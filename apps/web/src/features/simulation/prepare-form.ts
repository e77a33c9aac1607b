import type { AcquisitionRule } from '@dubio/contracts';
import { REPLAY } from '@dubio/contracts/catalogue';
import { readNumber } from '../settings/form/field-text';

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

/** Reads the form: a spec, or what is wrong with which field, in words that say what to write. */
export function readForm(
  form: ReplayForm,
): { readonly spec: ReplaySpec } | { readonly errors: Partial<Record<FormField, string>> } {
  const errors: Partial<Record<FormField, string>> = {};
  if (form.rules.length === 0) {
    errors.rules = 'Choose at least one rule.';
  }
  const read = (field: Exclude<FormField, 'rules'>): number => {
    const { value, error } = readNumber(form[field], REPLAY[field]);
    if (error !== null) errors[field] = error;
    return value ?? Number.NaN;
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
