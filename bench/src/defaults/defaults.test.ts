import { describe, expect, it } from 'vitest';
import { cellOf, defaultsTable } from './defaults.bench.js';
import { judgeDefault, splitRows } from './judge-default.js';
import type { LabelledRows } from './sets.js';

/** Two classes on either side of a ring: a line cannot tell them apart, a radial kernel can. */
function rings(count: number): LabelledRows {
  const values = new Float64Array(count * 2);
  const labels = new Int32Array(count);
  for (let n = 0; n < count; n++) {
    labels[n] = n % 2;
    const [angle, radius] = [n * 2.399963, labels[n] === 0 ? 1 : 3];
    values[2 * n] = radius * Math.cos(angle);
    values[2 * n + 1] = radius * Math.sin(angle);
  }
  return { rows: { rows: count, columns: 2, values }, labels, classes: 2, scaling: 'columns' };
}

describe('the bench of defaults', () => {
  it('splits a set anew for each seed, and never tests on what it learns from', () => {
    const set = rings(300);
    const { test, pool } = splitRows(set, 1);
    expect([test.rows.rows, pool.rows.rows]).toEqual([100, 200]);
    const keys = (rows: typeof test.rows) =>
      Array.from({ length: rows.rows }, (_, n) => rows.values.slice(2 * n, 2 * n + 2).join());
    const learned = new Set(keys(pool.rows));
    expect(keys(test.rows).some((key) => learned.has(key))).toBe(false);
    expect(splitRows(set, 2).test.labels).not.toEqual(test.labels);
  });

  it('sees what a line cannot: rings', () => {
    const set = rings(300);
    const own = judgeDefault(set, 'default', { labels: 40, seed: 0 });
    const line = judgeDefault(set, 'logistic', { labels: 40, seed: 0 });
    expect(own.accuracy).toBeGreaterThan(0.95);
    expect(line.accuracy).toBeLessThan(0.75);
    expect(own.nllNats).toBeLessThan(line.nllNats);
  });

  it('writes means over the seeds, and the gap seed by seed', () => {
    const judged = (nllNats: number) => ({ accuracy: 0.5, nllNats, ece: 0.1, fitSeconds: 2 });
    const cell = cellOf('rings', 20, [
      { default: judged(0.4), logistic: judged(0.6) },
      { default: judged(0.6), logistic: judged(0.7) },
    ]);
    expect(cell.nllGap).toBeCloseTo(-0.15, 12);
    expect(cell.nllGapError).toBeCloseTo(0.05, 12);
    expect(defaultsTable([cell])).toContain(
      '| rings | 20 | 0.500 | 0.500 | 0.100 | 0.500 | 0.650 | 0.100 | -0.150 ± 0.050 | 2.00 |',
    );
  });
});
