import { quantile } from '../framework/statistics.js';
import { meanOf } from './digits.js';
import type { LineRow } from './line-part.js';
import type { NetRow } from './net-part.js';
import type { RiskRow } from './risk-part.js';
import type { TestingRow } from './testing-part.js';

type Rows = {
  readonly risk: readonly RiskRow[];
  readonly line: readonly LineRow[];
  /** By rule. */
  readonly nets: Readonly<Record<string, readonly NetRow[]>>;
  readonly testing: readonly TestingRow[];
};

/** Everything as Markdown, over the seeds. */
export const lureTables = ({ risk, line, nets, testing }: Rows): string =>
  [
    riskTable(risk),
    lineTable(line),
    ...Object.entries(nets).map(([rule, rows]) => `${rule}\n\n${netTable(rows)}`),
    testingTable(testing),
  ].join('\n\n');

function riskTable(rows: readonly RiskRow[]): string {
  const lines = grouped(rows, (r) => [r.rule, r.beta, r.labels].join(' ')).map((own) => {
    const { rule, beta, labels } = own[0]!;
    const of = (pick: (row: RiskRow) => number) => meanOf(own.map(pick));
    // Draws of different seeds are independent: errors of their mean add in squares.
    const error = (kind: 'plain' | 'lure') =>
      Math.sqrt(own.reduce((sum, row) => sum + row[kind].error ** 2, 0)) / own.length;
    const bias = (kind: 'plain' | 'lure') =>
      `${signed(of((row) => row[kind].bias))} ± ${error(kind).toFixed(4)}`;
    return `| ${rule}, ${beta} | ${labels} | ${bias('plain')} | ${bias('lure')} | ${of((row) => row.plain.rmse).toFixed(3)} | ${of((row) => row.lure.rmse).toFixed(3)} | ${percent(of((row) => row.coverage))} |`;
  });
  return [
    '| rule, beta | labels | bias, plain | bias, LURE | RMS error, plain | RMS error, LURE | truth within 1.96 standard errors |',
    '|---|---|---|---|---|---|---|',
    ...lines,
  ].join('\n');
}

function lineTable(rows: readonly LineRow[]): string {
  const lines = grouped(rows, (r) => String(r.labels)).map((own) => {
    const helped = own.filter((row) => row.lure < row.plain).length;
    const of = (pick: (row: LineRow) => number) => spreadOf(own.map(pick));
    return `| ${own[0]!.labels} | ${of((r) => r.best)} | ${of((r) => r.plain)} | ${of((r) => r.lure)} | ${helped} of ${own.length} |`;
  });
  return [
    '| labels | line from the whole pool | plain | LURE | LURE better |',
    '|---|---|---|---|---|',
    ...lines,
  ].join('\n');
}

function netTable(rows: readonly NetRow[]): string {
  const lines = grouped(rows, (r) => String(r.labels)).map((own) => {
    const of = (pick: (row: NetRow) => number) => spreadOf(own.map(pick));
    const helped = own.filter((row) => row.lure.nll < row.plain.nll).length;
    return `| ${own[0]!.labels} | ${of((r) => r.plain.accuracy)} | ${of((r) => r.lure.accuracy)} | ${of((r) => r.plain.nll)} | ${of((r) => r.lure.nll)} | ${helped} of ${own.length} | ${of((r) => r.greatest)} |`;
  });
  return [
    '| labels | accuracy, plain | accuracy, LURE | NLL, plain | NLL, LURE | NLL better | greatest weight |',
    '|---|---|---|---|---|---|---|',
    ...lines,
  ].join('\n');
}

function testingTable(rows: readonly TestingRow[]): string {
  const key = (r: TestingRow) => [r.metric, r.surrogate, r.size, r.floor, r.labels].join(' ');
  const lines = grouped(rows, key).map((own) => {
    const { metric, surrogate, size, floor, labels } = own[0]!;
    const root = (kind: 'random' | 'active') => Math.sqrt(meanOf(own.map((row) => row[kind])));
    const ratios = spreadOf(own.map((row) => row.random / row.active));
    const bias = Math.max(...own.map((row) => Math.abs(row.bias / row.biasError)));
    return `| ${metric} | ${surrogate} | ${size} | ${floor} | ${labels} | ${root('random').toFixed(4)} | ${root('active').toFixed(4)} | ${ratios} | ${bias.toFixed(1)} |`;
  });
  return [
    '| metric | surrogate | expected loss | floor | test labels | RMS error, random | RMS error, active | squared errors, random / active | most bias, in its errors |',
    '|---|---|---|---|---|---|---|---|---|',
    ...lines,
  ].join('\n');
}

function grouped<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Row[][] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const own = groups.get(keyOf(row)) ?? [];
    groups.set(keyOf(row), [...own, row]);
  }
  return [...groups.values()];
}

const signed = (x: number): string => `${x < 0 ? '−' : '+'}${Math.abs(x).toFixed(4)}`;
const percent = (x: number): string => `${(100 * x).toFixed(0)} %`;

/** Median (middle half). */
function spreadOf(values: readonly number[]): string {
  const at = (q: number) => Number(quantile(values, q).toPrecision(3));
  return `${at(0.5)} (${at(0.25)} to ${at(0.75)})`;
}
