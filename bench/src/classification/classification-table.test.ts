import { describe, expect, it } from 'vitest';
import { classificationRow, classificationTable } from './classification-table.js';
import { contestants } from './posteriors.js';

const result = (error: number, epistemicAuroc: number | null) => ({
  error: { estimate: error, low: error - 0.01, high: error + 0.01 },
  nllNats: 0.1,
  ece: { estimate: 0.02, low: 0, high: 0.04 },
  epistemicNats: 0.01,
  foreign: [{ name: 'else', epistemicAuroc, totalAuroc: 0.8 }],
  epochs: 5,
  trainSeconds: 60.4,
  predictSeconds: 1,
});

describe('the classification table', () => {
  it('takes medians, and has no epistemic uncertainty for a single network', () => {
    const many = classificationRow(
      'a',
      [0.1, 0.3, 0.2].map((e) => result(e, 0.9)),
      null,
    );
    const one = classificationRow('point', [result(0.02, null)], { percent: 1.83, source: 'x' });
    expect(many.errorPercent).toBeCloseTo(20, 9);
    const table = classificationTable([many, one]);
    expect(table).toContain(
      '| a | 20.00 (19.00 to 21.00) |  | 0.1000 | 0.0200 | 0.900 / 0.800 | 5 | 60 |',
    );
    expect(table).toContain('| point | 2.00 (1.00 to 3.00) | 1.83 |');
    expect(table).toContain('| none / 0.800 |');
  });
});

describe('contestants', () => {
  it('have published errors only for the widths of the paper', () => {
    const { point, swag } = contestants(4);
    expect(point!.published!(400)).toMatchObject({ percent: 1.83 });
    expect(point!.published!(64)).toBeNull();
    expect(swag).toMatchObject({ posterior: { epochs: 4 } });
  });
});
