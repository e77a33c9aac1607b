import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fillNormal } from '../random/normal.js';
import { stream } from '../random/stream.js';
import type { Rows } from './rows.js';
import { fitSoftmaxMap, logitsOf } from './softmax-map.js';

type Problem = { features: Rows; labels_N: Int32Array; classes: number };

function problemOf(seed: number, rows: number, columns: number, classes: number): Problem {
  const values = new Float64Array(rows * columns);
  fillNormal(stream(seed), values);
  const labels_N = Int32Array.from({ length: rows }, (_, n) => (n * 7 + seed) % classes);
  return { features: { rows, columns, values }, labels_N, classes };
}

const problems = fc
  .record({
    seed: fc.integer({ min: 0, max: 1e6 }),
    rows: fc.integer({ min: 1, max: 12 }),
    columns: fc.integer({ min: 1, max: 7 }),
    classes: fc.integer({ min: 2, max: 6 }),
  })
  .map(({ seed, rows, columns, classes }) => problemOf(seed, rows, columns, classes));

/** d objective / d B, written by its definition. */
function gradientAt({ features, labels_N, classes }: Problem, coefficients_C_M: Float64Array) {
  const { rows, columns, values } = features;
  const gradient = coefficients_C_M.slice();
  const logits = logitsOf(features, coefficients_C_M, classes);
  for (let n = 0; n < rows; n++) {
    const own = Array.from(logits.subarray(n * classes, (n + 1) * classes));
    const sum = own.reduce((all, x) => all + Math.exp(x), 0);
    for (let c = 0; c < classes; c++) {
      const residual = Math.exp(own[c]!) / sum - (labels_N[n] === c ? 1 : 0);
      for (let m = 0; m < columns; m++)
        gradient[c * columns + m]! += residual * values[n * columns + m]!;
    }
  }
  return gradient;
}

describe('fitSoftmaxMap', () => {
  it('ends where the gradient is zero', () => {
    fc.assert(
      fc.property(problems, (problem) => {
        const { coefficients_C_M } = fitSoftmaxMap({ ...problem, tolerance: 1e-14 });
        for (const slope of gradientAt(problem, coefficients_C_M))
          expect(Math.abs(slope)).toBeLessThan(1e-5);
      }),
    );
  });

  it('is one answer, wherever it begins', () => {
    fc.assert(
      fc.property(problems, fc.integer({ min: 0, max: 1e6 }), (problem, seed) => {
        const start_C_M = new Float64Array(problem.classes * problem.features.columns);
        fillNormal(stream(seed), start_C_M);
        const tolerance = 1e-14;
        const there = fitSoftmaxMap({ ...problem, start_C_M, tolerance }).coefficients_C_M;
        const here = fitSoftmaxMap({ ...problem, tolerance }).coefficients_C_M;
        for (const [at, value] of here.entries()) expect(there[at]).toBeCloseTo(value, 5);
      }),
    );
  });

  it('counts a row of weight two as two rows, and one of weight zero not at all', () => {
    const { features, labels_N, classes } = problemOf(3, 4, 5, 3);
    const { columns, values } = features;
    const twice: Rows = {
      rows: 4,
      columns,
      values: Float64Array.from([
        ...values.subarray(0, 2 * columns),
        ...values.subarray(columns, 3 * columns),
      ]),
    };
    const labels = Int32Array.from([labels_N[0]!, labels_N[1]!, labels_N[1]!, labels_N[2]!]);
    const weights_N = Float64Array.from([1, 2, 1, 0]);
    const weighted = fitSoftmaxMap({ features, labels_N, classes, weights_N, tolerance: 1e-14 });
    const plain = fitSoftmaxMap({ features: twice, labels_N: labels, classes, tolerance: 1e-14 });
    for (const [at, value] of plain.coefficients_C_M.entries())
      expect(weighted.coefficients_C_M[at]).toBeCloseTo(value, 6);
  });

  it('gives logits of every row, those without weight too', () => {
    const problem = problemOf(5, 6, 3, 4);
    const weights_N = Float64Array.from([1, 1, 0, 1, 1, 0]);
    const { logits_N_C, coefficients_C_M } = fitSoftmaxMap({ ...problem, weights_N });
    const expected = logitsOf(problem.features, coefficients_C_M, 4);
    for (const [at, value] of expected.entries()) expect(logits_N_C[at]).toBeCloseTo(value, 10);
  });

  it('holds out on rows that no coefficient can tell apart: classes get their shares', () => {
    const features: Rows = { rows: 400, columns: 1, values: new Float64Array(400).fill(50) };
    const labels_N = Int32Array.from({ length: 400 }, (_, n) => (n % 4 === 0 ? 1 : 0));
    const { logits_N_C } = fitSoftmaxMap({ features, labels_N, classes: 2 });
    expect(logits_N_C[0]! - logits_N_C[1]!).toBeCloseTo(Math.log(3), 3);
  });

  it('refuses labels outside of the classes', () => {
    const problem = problemOf(1, 3, 2, 2);
    for (const label of [-1, 2])
      expect(() => fitSoftmaxMap({ ...problem, labels_N: Int32Array.from([0, label, 1]) })).toThrow(
        /labels from 0 to 1/,
      );
  });
});
