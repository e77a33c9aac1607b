import { describe, expect, it } from 'vitest';
import { type ReplayForm, readForm } from './prepare-form';

const form: ReplayForm = {
  rules: ['margin', 'random'],
  seeds: '3',
  startLabels: '20',
  batch: '10',
  endLabels: '200',
  poolSize: '2000',
};
const errorsOf = (change: Partial<ReplayForm>) => {
  const read = readForm({ ...form, ...change });
  return 'errors' in read ? read.errors : {};
};

describe('readForm', () => {
  it('gives numbers for what was typed', () => {
    expect(readForm(form)).toEqual({
      spec: {
        rules: ['margin', 'random'],
        seeds: 3,
        startLabels: 20,
        batch: 10,
        endLabels: 200,
        poolSize: 2000,
      },
    });
  });

  it('asks for a rule', () => {
    expect(errorsOf({ rules: [] })).toEqual({ rules: 'Choose at least one rule.' });
  });

  it('says which numbers would be taken', () => {
    for (const seeds of ['', 'many', '2.5', '0', '21']) {
      expect(errorsOf({ seeds }).seeds).toBe('A whole number from 1 to 20.');
    }
  });

  it('wants the end after the start, and a pool that holds it', () => {
    expect(errorsOf({ endLabels: '20' }).endLabels).toBe('More than the 20 labels at the start.');
    expect(errorsOf({ poolSize: '150' }).poolSize).toBe(
      'At least 200: every label comes from the pool.',
    );
  });
});
