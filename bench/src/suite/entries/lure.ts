import { lureBench } from '../../lure/lure.bench.js';
import type { RiskRow } from '../../lure/risk-part.js';
import type { TestingRow } from '../../lure/testing-part.js';
import type { Figure, SuiteEntry } from '../entry.js';
import { imageFiles } from './image-files.js';

const FARQUHAR = 'Farquhar, Gal & Rainforth 2021, in words';
const KOSSEN = 'Kossen, Farquhar, Gal & Rainforth 2021, in words';

export const lure: SuiteEntry = {
  name: 'lure',
  title: 'LURE weights and active testing',
  bench: lureBench,
  options: (data) => {
    const common = imageFiles(data);
    return {
      short: {
        ...common,
        pool: '1000',
        test: '1000',
        epochs: '20',
        draws: '300',
        'line-seeds': '5',
        'net-sizes': '60,110',
        seeds: '1',
      },
      long: common,
    };
  },
  protocol: {
    short: 'pool of 1,000 digits, 128 units, one seed, 300 draws',
    long: 'pool of 4,000 digits, 128 units, five seeds, 1,000 draws; lines of 30 to 300 labels, 20 seeds',
  },
  hasTable: true,
  figures: ({ risk, testing }) => [
    ...groups(
      atSize(risk as readonly RiskRow[]),
      ({ rule, beta, labels }) => `${rule}, beta ${beta}, ${labels} labels`,
    ).map(([name, rows]): Figure => {
      const of = (kind: 'plain' | 'lure') => signed(mean(rows.map((row) => row[kind].bias)));
      return {
        what: `${name}: bias of the estimated risk, plain and with LURE weights`,
        ours: `${of('plain')}, ${of('lure')}`,
        published: { value: 'LURE is unbiased', source: FARQUHAR },
      };
    }),
    ...groups(
      atSize(testing as readonly TestingRow[]).filter(({ floor }) => floor === FLOOR),
      ({ metric, surrogate, size, labels }) =>
        `${metric}, ${surrogate}, by the ${size} loss, ${labels} labels`,
    ).map(([name, rows]): Figure => {
      const ratio = mean(rows.map(({ random }) => random)) / mean(rows.map(({ active }) => active));
      return {
        what: `${name}: squared error of random over that of active testing`,
        ours: ratio.toFixed(2),
        published: { value: 'above 1', source: KOSSEN },
        ...(ratio < 1 ? { remark: 'Random test items do better here.' } : {}),
      };
    }),
  ],
};

/** The table has the other numbers of labels and the other floors. */
const [SIZE, FLOOR] = [50, 0.3];
const atSize = <Row extends { readonly labels: number }>(rows: readonly Row[]): Row[] =>
  rows.filter(({ labels }) => labels === SIZE);

const signed = (value: number): string => `${value < 0 ? '' : '+'}${value.toFixed(3)}`;

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function groups<Row>(
  rows: readonly Row[],
  nameOf: (row: Row) => string,
): (readonly [string, Row[]])[] {
  const names = [...new Set(rows.map(nameOf))];
  return names.map((name) => [name, rows.filter((row) => nameOf(row) === name)] as const);
}
