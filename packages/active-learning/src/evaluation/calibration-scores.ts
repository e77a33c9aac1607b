import type { ModelMetrics } from '@dubio/contracts';
import { classMetrics } from '../calibration/class-metrics.js';
import type { Interval } from '../calibration/proportion.js';
import { adaptiveReliability, eceInterval, reliability } from '../calibration/reliability.js';

const BINS = 10;

export const rateOf = (interval: Interval, count: number) =>
  interval.estimate === null
    ? null
    : { value: interval.estimate, low: interval.low, high: interval.high, count };

/** How well stated probabilities hold, with the bins of the reliability diagram. */
export function scoresOf(
  labelled: Parameters<typeof classMetrics>[0],
): NonNullable<ModelMetrics['after']> {
  const { nllNats, brier } = classMetrics(labelled);
  const { ece, bins } = reliability(labelled, BINS);
  const { low, high } = eceInterval(labelled, { binCount: BINS });
  const confidence = bins.reduce((sum, bin) => sum + bin.count * (bin.meanConfidence ?? 0), 0);
  return {
    ece,
    eceRange: { low, high },
    adaptiveEce: adaptiveReliability(labelled, BINS).ece,
    nll: nllNats,
    brier,
    meanConfidence: confidence / labelled.rows,
    bins: bins.map((bin) => ({
      low: bin.low,
      high: bin.high,
      count: bin.count,
      confidence: bin.meanConfidence,
      accuracy: rateOf(bin.accuracy, bin.count),
    })),
  };
}
