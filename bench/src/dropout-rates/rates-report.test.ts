import { describe, expect, it } from 'vitest';
import { ratesPicture, ratesTable, type WidthPoint, widthSummaries } from './rates-report.js';

const point = (kind: WidthPoint['kind'], units: number, seed: number): WidthPoint => ({
  kind,
  units,
  seed,
  rates: kind === 'point' ? [] : [units / 1000, 0.1 * (seed + 1)],
  error: 0.05,
  nllNats: 0.2 + seed,
  ece: 0.01,
  trainError: 0,
  errorAuroc: kind === 'point' ? null : 0.9,
  seconds: 1,
});
const points = [64, 8].flatMap((units) =>
  [0, 1, 2].flatMap((seed) =>
    (['concrete-dropout', 'mc-dropout', 'point'] as const).map((kind) => point(kind, units, seed)),
  ),
);

describe('the report of dropout rates', () => {
  it('takes medians over the seeds, widths in order', () => {
    const summaries = widthSummaries(points);
    expect(summaries.map(({ units }) => units)).toEqual([8, 64, 8, 64, 8, 64]);
    expect(summaries[0]!.rates.map(({ median }) => median)).toEqual([0.008, 0.2]);
    expect(summaries[0]!.nllNats).toMatchObject({ median: 1.2, q25: 0.7 });
    const [, , small] = ratesTable(summaries).split('\n');
    expect(small).toContain('| 8 | 0.008, 0.200 | 5.0 / 1.200 / 0.010 |');
    expect(small).toContain('| 0.900 / 0.900 |');
  });

  it('draws per line for each rate and each posterior', () => {
    const svg = ratesPicture(widthSummaries(points), 'a & b');
    expect(svg.match(/<polyline/g)).toHaveLength(2 + 3 + 3);
    expect(svg).toContain('a &amp; b');
    expect(svg).not.toContain('NaN');
  });
});
