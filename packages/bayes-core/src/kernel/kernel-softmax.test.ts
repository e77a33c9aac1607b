import { describe, expect, it } from 'vitest';
import { fillNormal } from '../random/normal.js';
import { stream } from '../random/stream.js';
import { fitKernelSoftmax, type KernelSoftmax, predictKernelSoftmax } from './kernel-softmax.js';
import { amplitudesFor, dealFolds, kindsFor } from './kernel-weights.js';
import { poolScaling } from './pool-scaling.js';
import { type Rows, takeRows } from './rows.js';

/** Classes lie around points of their own; the last one is far from the others. */
function blobs(seed: number, rows: number, classes: number): { rows: Rows; labels_N: Int32Array } {
  const columns = 3;
  const values = new Float64Array(rows * columns);
  fillNormal(stream(seed), values);
  const labels_N = Int32Array.from({ length: rows }, (_, n) => n % classes);
  for (let n = 0; n < rows; n++) values[n * columns + (labels_N[n]! % columns)]! += 3;
  return { rows: { rows, columns, values }, labels_N };
}

const meanLoss = (model: KernelSoftmax, rows: Rows, labels_N: Int32Array): number => {
  const logProbs = predictKernelSoftmax(model, rows);
  return (
    -labels_N.reduce((sum, label, n) => sum + logProbs[n * model.classes + label]!, 0) / rows.rows
  );
};

describe('folds', () => {
  it('are one a row up to twenty labels, ten up to eighty, then five', () => {
    for (const [labels, folds] of [
      [1, 1],
      [20, 20],
      [21, 10],
      [80, 10],
      [81, 5],
    ] as const) {
      const dealt = dealFolds(new Int32Array(labels), 0);
      expect(new Set(dealt).size).toBe(folds);
    }
  });

  it('hold each class as evenly as can be', () => {
    const labels_N = Int32Array.from({ length: 100 }, (_, n) => (n < 50 ? 0 : n < 80 ? 1 : 2));
    const folds_N = dealFolds(labels_N, 4);
    for (const [label, count] of [50, 30, 20].entries())
      for (let fold = 0; fold < 5; fold++) {
        const own = labels_N.filter((of, n) => of === label && folds_N[n] === fold).length;
        expect(own).toBe(count / 5);
      }
  });
});

describe('kernels that are tried', () => {
  it('are more from 160 labels on, without the least amplitude', () => {
    expect(kindsFor(159)).toEqual(['mixed']);
    expect(kindsFor(160)).toEqual(['linear', 'mixed', 'radial']);
    expect(amplitudesFor(159)[0]).toBe(1);
    expect(amplitudesFor(160)[0]).toBe(8);
  });
});

describe('a kernel softmax', () => {
  const pool = blobs(1, 400, 3).rows;
  const scaling = poolScaling(pool, 'columns');
  const test = blobs(2, 300, 3);
  const fit = (labels: number, classes = 3, seed = 0) =>
    fitKernelSoftmax({ ...blobs(3, labels, 3), classes, scaling, seed });

  it('predicts distributions, and better with more labels', () => {
    const losses = [9, 30, 160].map((labels) => {
      const model = fit(labels);
      const logProbs = predictKernelSoftmax(model, test.rows);
      for (let n = 0; n < test.rows.rows; n++) {
        let sum = 0;
        for (let c = 0; c < 3; c++) sum += Math.exp(logProbs[n * 3 + c]!);
        expect(sum).toBeCloseTo(1, 10);
      }
      return meanLoss(model, test.rows, test.labels_N);
    });
    expect(losses[0]!).toBeLessThan(Math.log(3));
    expect(losses[1]!).toBeLessThan(losses[0]!);
    expect(losses[2]!).toBeLessThan(losses[1]!);
  });

  it('leaves a class that nobody has named yet its chance, less the more labels there are', () => {
    const chanceOfUnseen = (labels: number) => {
      const logProbs = predictKernelSoftmax(fit(labels, 4), test.rows);
      let sum = 0;
      for (let n = 0; n < test.rows.rows; n++) sum += Math.exp(logProbs[n * 4 + 3]!);
      return sum / test.rows.rows;
    };
    const [few, many] = [chanceOfUnseen(6), chanceOfUnseen(60)];
    expect(few).toBeGreaterThan(many);
    expect(many).toBeGreaterThan(0);
  });

  it('is the same with the same seed, and hardly hangs on it', () => {
    const [first, again, other] = [fit(40), fit(40), fit(40, 3, 9)];
    expect(predictKernelSoftmax(again, test.rows)).toEqual(predictKernelSoftmax(first, test.rows));
    const gap =
      meanLoss(first, test.rows, test.labels_N) - meanLoss(other, test.rows, test.labels_N);
    expect(Math.abs(gap)).toBeLessThan(0.1);
  });

  it('weighs its kernels to one, and its cross-fitted losses are like those of new rows', () => {
    const model = fit(160);
    const { members, crossFitted_N_C, classes } = model;
    expect(members.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
    const { labels_N } = blobs(3, 160, 3);
    const crossFitted =
      -labels_N.reduce((sum, label, n) => sum + crossFitted_N_C[n * classes + label]!, 0) / 160;
    expect(crossFitted).toBeGreaterThan(0.5 * meanLoss(model, test.rows, test.labels_N));
    expect(crossFitted).toBeLessThan(2 * meanLoss(model, test.rows, test.labels_N));
  });

  it('predicts the same of a row alone and among others', () => {
    const model = fit(30);
    const all = predictKernelSoftmax(model, test.rows);
    const alone = predictKernelSoftmax(model, takeRows(test.rows, [17]));
    for (let c = 0; c < 3; c++) expect(alone[c]).toBeCloseTo(all[17 * 3 + c]!, 12);
  });

  it('knows of one class alone what one class tells', () => {
    const rows = takeRows(test.rows, [0, 3, 6]);
    const model = fitKernelSoftmax({
      rows,
      labels_N: Int32Array.from([0, 0, 0]),
      classes: 2,
      scaling,
      seed: 0,
    });
    const logProbs = predictKernelSoftmax(model, rows);
    expect(logProbs[0]).toBeGreaterThan(logProbs[1]!);
    expect(logProbs.every(Number.isFinite)).toBe(true);
  });

  it('refuses rows without labels', () => {
    const { rows } = blobs(3, 4, 3);
    const labels_N = Int32Array.from([0, 1]);
    expect(() => fitKernelSoftmax({ rows, labels_N, classes: 3, scaling, seed: 0 })).toThrow(
      /a label for each row, got 2 labels of 4 rows/,
    );
  });
});
