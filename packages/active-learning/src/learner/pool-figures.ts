import type { PoolScores } from './pool-scores.js';

const BINS = 24;

/**
 * Counts in equally wide bins from 0 to `top`, or to the greatest value where nothing bounds it.
 */
export function histogramOf(
  values: Float32Array,
  top: number | null,
): { edges: number[]; counts: number[] } {
  const greatest = values.reduce((a, b) => Math.max(a, b), 0);
  const end = top ?? (greatest > 0 ? greatest : 1);
  const counts = new Array<number>(BINS).fill(0);
  for (const value of values) {
    const bin = Math.min(BINS - 1, Math.max(0, Math.floor((value / end) * BINS)));
    counts[bin]! += 1;
  }
  return { edges: Array.from({ length: BINS + 1 }, (_, i) => (i * end) / BINS), counts };
}

/** For each value the share of all that are less. */
export function quantilesOf(values: Float32Array): Float64Array {
  const sorted = Float32Array.from(values).sort();
  return Float64Array.from(values, (value) => lowerBound(sorted, value) / values.length);
}

function lowerBound(sorted: Float32Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What a pool looks like behind a round; nulls of an empty one. */
export function poolFigures(
  { ordinal, total, aleatoric, epistemic, classes }: PoolScores,
  mostEpistemic: number | null,
) {
  return {
    classes,
    poolRows: ordinal.length,
    epistemicMean: meanOf(epistemic),
    aleatoricMean: meanOf(aleatoric),
    totalMean: meanOf(total),
    epistemicHistogram: epistemic.length === 0 ? null : histogramOf(epistemic, mostEpistemic),
  };
}

const meanOf = (values: Float32Array): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
