import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type KernelKind, similarities } from './kernel.js';
import { poolScaling, scaleRows } from './pool-scaling.js';
import type { Rows } from './rows.js';
import { spectrumFeatures, spectrumOf } from './spectrum.js';

const KINDS: readonly KernelKind[] = ['linear', 'mixed', 'radial'];

const rowsOf = (values: readonly (readonly number[])[]): Rows => ({
  rows: values.length,
  columns: values[0]!.length,
  values: Float64Array.from(values.flat()),
});

const someRows = fc
  .record({ rows: fc.integer({ min: 1, max: 9 }), columns: fc.integer({ min: 1, max: 6 }) })
  .chain(({ rows, columns }) => {
    const value = fc.double({ min: -3, max: 3, noNaN: true });
    const row = fc.array(value, { minLength: columns, maxLength: columns });
    return fc.array(row, { minLength: rows, maxLength: rows });
  })
  .map(rowsOf);

describe('similarities', () => {
  it('are those of the formulas', () => {
    const left = rowsOf([[1, 2]]);
    const right = rowsOf([
      [3, -1],
      [1, 2],
    ]);
    const radial = Math.exp(-(4 + 9) / (2 * 0.35 * 2));
    const [l0, l1] = similarities(left, right, 'linear');
    expect(l0).toBeCloseTo(1 / 2, 14);
    expect(l1).toBeCloseTo(5 / 2, 14);
    const [r0, r1] = similarities(left, right, 'radial');
    expect(r0).toBeCloseTo(radial, 14);
    expect(r1).toBe(1);
    const [m0] = similarities(left, right, 'mixed');
    expect(m0).toBeCloseTo((1 / 2 + radial) / 2, 14);
  });

  it.each(KINDS)('of %s kind are symmetric and never negative definite', (kind) => {
    fc.assert(
      fc.property(someRows, (rows) => {
        const K = similarities(rows, rows, kind);
        for (let i = 0; i < rows.rows; i++)
          for (let j = 0; j < i; j++)
            expect(K[i * rows.rows + j]).toBeCloseTo(K[j * rows.rows + i]!, 12);
        const { values_R } = spectrumOf(K, rows.rows);
        // What is left out has no size; a negative value would be missing from the trace.
        let trace = 0;
        for (let n = 0; n < rows.rows; n++) trace += K[n * rows.rows + n]!;
        const sum = values_R.reduce((all, value) => all + value, 0);
        expect(Math.abs(sum - trace)).toBeLessThan(1e-8 * Math.max(1e-300, trace));
      }),
    );
  });
});

describe('features of a spectrum', () => {
  it.each(KINDS)('have the products 1 + a k of %s kind', (kind) => {
    fc.assert(
      fc.property(someRows, fc.constantFrom(1, 64, 4096), (rows, amplitude) => {
        const K = similarities(rows, rows, kind);
        const { columns, values } = spectrumFeatures(spectrumOf(K, rows.rows), amplitude);
        const greatest = Math.max(1, ...K.map(Math.abs));
        for (let i = 0; i < rows.rows; i++)
          for (let j = 0; j < rows.rows; j++) {
            let product = 0;
            for (let m = 0; m < columns; m++)
              product += values[i * columns + m]! * values[j * columns + m]!;
            const expected = 1 + amplitude * K[i * rows.rows + j]!;
            expect(Math.abs(product - expected)).toBeLessThan(1e-7 * amplitude * greatest);
          }
      }),
    );
  });
});

describe('the scaling of a pool', () => {
  const meanSquare = (pool: Rows, kind: 'columns' | 'together') => {
    const { values, rows } = scaleRows(pool, poolScaling(pool, kind));
    return values.reduce((sum, x) => sum + x * x, 0) / rows;
  };

  it.each(['columns', 'together'] as const)('gives rows the mean square D, by %s', (kind) => {
    fc.assert(
      fc.property(someRows, (pool) => {
        const square = meanSquare(pool, kind);
        const isConstant = square === 0;
        if (!isConstant) expect(square).toBeCloseTo(pool.columns, 6);
      }),
    );
  });

  it('takes columns by units of their own, and leaves constants out', () => {
    const pool = rowsOf([
      [1, 1000, 7],
      [2, 3000, 7],
      [3, 2000, 7],
      [4, 4000, 7],
    ]);
    const { factor_D } = poolScaling(pool, 'columns');
    expect(factor_D[0]! / factor_D[1]!).toBeCloseTo(1000, 9);
    expect(factor_D[2]).toBe(0);
  });

  it('of columns hardly hangs on one odd cell', () => {
    const plain = Array.from({ length: 1001 }, (_, n) => [n / 1000, (n * 37) % 1001]);
    const odd = plain.map((row, n) => (n === 500 ? [1e9, row[1]!] : row));
    const at = (rows: number[][]) => poolScaling(rowsOf(rows), 'columns');
    const [before, after] = [at(plain), at(odd)];
    expect(after.centre_D[0]).toBeCloseTo(before.centre_D[0]!, 1);
    expect(after.common / before.common).toBeCloseTo(1, 1);
    const ratio = (of: typeof before) => of.factor_D[0]! / of.factor_D[1]!;
    expect(ratio(after) / ratio(before)).toBeCloseTo(1, 1);
  });

  it('refuses a pool without rows, and cells that are no number', () => {
    const none = { rows: 0, columns: 2, values: new Float64Array(0) };
    expect(() => poolScaling(none, 'columns')).toThrow(/at least one row/);
    expect(() => poolScaling(rowsOf([[1, Number.NaN]]), 'together')).toThrow(/column 1/);
  });
});
