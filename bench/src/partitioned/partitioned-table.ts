import { median } from '../framework/statistics.js';
import type { PooledResult, RunResult } from './partitioned-state.js';

export type PartitionedRow = {
  readonly split: string;
  readonly partitions: number;
  readonly damping: number;
  /** Medians over the seeds, after the last round. */
  readonly error: number;
  readonly nllNats: number;
  /** In percentage points of error. */
  readonly overPooled: number;
  /**
   * Rounds until the error first lies within one point of pooled; null if none of that many does.
   */
  readonly roundsToOnePoint: number | null;
  readonly secondsAll: number;
  readonly secondsSlowest: number;
  readonly bytesPerRound: number;
  /** Most of all rounds. */
  readonly shortened: number;
};

export function partitionedRows(
  pooled: readonly PooledResult[],
  runs: readonly RunResult[],
): PartitionedRow[] {
  const baseline = median(pooled.map(({ error }) => error));
  const nameOf = ({ split, partitions, damping }: RunResult) => `${split} ${partitions} ${damping}`;
  return [...new Set(runs.map(nameOf))].map((name) => {
    const own = runs.filter((run) => nameOf(run) === name);
    const { split, partitions, damping } = own[0]!;
    const last = own.map(({ points }) => points.at(-1)!);
    const rounds = Math.min(...own.map(({ points }) => points.length));
    const errors = Array.from({ length: rounds }, (_, r) =>
      median(own.map(({ points }) => points[r]!.error)),
    );
    const near = errors.findIndex((error) => error <= baseline + 0.01);
    const total = (of: 'secondsAll' | 'secondsSlowest') =>
      median(own.map(({ points }) => points.reduce((sum, point) => sum + point[of], 0)));
    const error = median(last.map((point) => point.error));
    return {
      split,
      partitions,
      damping,
      error,
      nllNats: median(last.map((point) => point.nllNats)),
      overPooled: 100 * (error - baseline),
      roundsToOnePoint: near < 0 ? null : near + 1,
      secondsAll: total('secondsAll'),
      secondsSlowest: total('secondsSlowest'),
      bytesPerRound: median(last.map(({ bytesDown, bytesUp }) => bytesDown + bytesUp)),
      shortened: Math.max(...own.flatMap(({ points }) => points.map((point) => point.shortened))),
    };
  });
}

export function partitionedTable(
  pooled: readonly PooledResult[],
  rows: readonly PartitionedRow[],
): string {
  const of = (part: 'error' | 'nllNats' | 'seconds') => median(pooled.map((each) => each[part]));
  const lines = rows.map((row) =>
    [
      row.split,
      row.partitions,
      round(row.damping, 3),
      `${round(100 * row.error, 2)} %`,
      `${row.overPooled >= 0 ? '+' : ''}${round(row.overPooled, 2)}`,
      row.nllNats.toFixed(3),
      row.roundsToOnePoint ?? 'not',
      row.secondsAll.toFixed(1),
      row.secondsSlowest.toFixed(1),
      (row.bytesPerRound / 1e6).toFixed(2),
      row.shortened,
    ].join(' | '),
  );
  return [
    '| split | K | damping | error | over pooled, points | NLL | rounds to within a point | s, all partitions | s, slowest + server | MB a round | steps shortened |',
    '|---|---|---|---|---|---|---|---|---|---|---|',
    `| pooled | | | ${round(100 * of('error'), 2)} % | | ${of('nllNats').toFixed(3)} | | ${of('seconds').toFixed(1)} | | | |`,
    ...lines.map((line) => `| ${line} |`),
  ].join('\n');
}

const round = (value: number, digits: number): string => value.toFixed(digits);
