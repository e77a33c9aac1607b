import type { ModelMetrics } from '@dubio/contracts';
import { formatCount, formatNumber } from '@/lib/format';

export type ScorePair = {
  readonly key: 'ece' | 'nll' | 'brier';
  readonly name: string;
  readonly before: string;
  /** null without temperature scaling. */
  readonly after: string | null;
};

/** The three scores of calibration, before and after temperature. */
export function prepareScores(metrics: ModelMetrics): ScorePair[] {
  const { before, after } = metrics;
  if (before === null) {
    return [];
  }
  const pair = (key: ScorePair['key'], name: string): ScorePair => ({
    key,
    name,
    before: formatNumber(before[key], 3),
    after: after === null ? null : formatNumber(after[key], 3),
  });
  return [pair('ece', 'ECE'), pair('nll', 'NLL, nats'), pair('brier', 'Brier')];
}

/** "T = 0.56, fitted on 500 validation items" */
export function temperatureWords(metrics: ModelMetrics): string {
  if (metrics.temperature === null) {
    return 'no temperature was fitted';
  }
  return `T = ${formatNumber(metrics.temperature)}, fitted on ${formatCount(metrics.temperatureFittedOn)} others`;
}

export type ClassRow = ModelMetrics['perClass'][number] & { readonly index: number };

/**
 * The classes in their order, with the cut scale on which recall is drawn: both ends are whole
 * tens.
 */
export function preparePerClass(metrics: ModelMetrics): {
  readonly rows: readonly ClassRow[];
  readonly from: number;
  readonly to: number;
} {
  const rows = metrics.perClass.map((row, index) => ({ ...row, index }));
  const recalls = rows.flatMap((row) => (row.recall === null ? [] : [row.recall * 100]));
  const lowest = Math.min(100, ...recalls);
  return { rows, from: Math.max(0, Math.min(90, Math.floor(lowest / 10) * 10)), to: 100 };
}

/** What the held-out figures rest on. */
export function heldOutOf(metrics: ModelMetrics): string {
  const count = formatCount(metrics.heldOut);
  switch (metrics.heldOutSource) {
    case 'test':
      return `${count} held-out items`;
    case 'validation':
      return `${count} validation items`;
    case 'control':
      return `${count} items drawn at random`;
    case 'none':
      return 'nothing is held out';
  }
}

export type CoverageRow = {
  readonly promised: string;
  readonly measured: string;
  /** The interval of the measured share, and how large sets or intervals are. */
  readonly note: string;
};

/** Promised against measured coverage of conformal sets or intervals. */
export function prepareCoverage({ kind, conformal }: ModelMetrics): CoverageRow[] {
  const percent = (value: number) => `${formatNumber(value * 100, 0)} %`;
  const size = (meanSize: number | null) => {
    if (meanSize === null) return 'too few items: endless intervals';
    return kind === 'class'
      ? `${formatNumber(meanSize, 1)} answers on average`
      : `${formatNumber(meanSize, 3)} wide on average`;
  };
  return conformal.map(({ level, coverage, meanSize }) => ({
    promised: percent(level),
    measured: percent(coverage.value),
    note: `${percent(coverage.low)} to ${percent(coverage.high)}; ${size(meanSize)}`,
  }));
}

/** "0.021 to 0.047; 0.038 in bins of equal size" */
export function eceWords(scores: ModelMetrics['before']): string | null {
  if (scores?.eceRange == null || scores.adaptiveEce === null) return null;
  const { low, high } = scores.eceRange;
  return `${formatNumber(low, 3)} to ${formatNumber(high, 3)}; ${formatNumber(scores.adaptiveEce, 3)} in bins of equally many`;
}
