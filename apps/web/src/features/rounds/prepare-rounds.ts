import type { LabelSchema, LureFigures, Round, RoundMetrics } from '@dubio/contracts';
import { formatCount, formatNumber, formatPercent } from '@/lib/format';

/** Seconds a round took from its start to its queue; null while it has not ended. */
export function tookSeconds(round: Round): number | null {
  const end = round.readyAt ?? round.finishedAt;
  if (round.startedAt === null || end === null) {
    return null;
  }
  return Math.max(0, (Date.parse(end) - Date.parse(round.startedAt)) / 1000);
}

/**
 * What a round gained on the one before it that has a value: points of accuracy, or how much the
 * error fell. null where either value is missing.
 */
export function gainOf(rounds: readonly Round[], round: Round): number | null {
  const metric = round.metrics?.metric ?? null;
  if (metric === null || round.metrics === null) {
    return null;
  }
  const before = rounds
    .filter((other) => other.number < round.number && other.metrics?.metric != null)
    .sort((a, b) => b.number - a.number)[0];
  const last = before?.metrics?.metric ?? null;
  if (last === null) {
    return null;
  }
  return round.metrics.metricName === 'accuracy' ? (metric - last) * 100 : last - metric;
}

/** "+0.5", "−1.2", and never a signed zero. */
export function writeGain(gain: number, digits = 1): string {
  const text = formatNumber(Math.abs(gain), digits);
  if (Number(gain.toFixed(digits)) === 0) {
    return text;
  }
  return gain > 0 ? `+${text}` : `\u2212${text}`;
}

/**
 * The interval of a metric in words: half its width where it is even, both ends where it is not.
 */
export function intervalWords(metrics: RoundMetrics): string | null {
  const { metric, metricLow: low, metricHigh: high } = metrics;
  if (metric === null || low === null || high === null) {
    return null;
  }
  if (metrics.metricName === 'rmse') {
    return `${formatNumber(low)} to ${formatNumber(high)}, 95 % interval`;
  }
  const below = (metric - low) * 100;
  const above = (high - metric) * 100;
  if (Math.abs(below - above) < 0.15) {
    return `± ${formatNumber((below + above) / 2, 1)}, 95 % interval`;
  }
  return `${formatNumber(low * 100, 1)} to ${formatPercent(high)}, 95 % interval`;
}

/** What the metric was measured on, so that nobody takes a control share for a test set. */
export function heldOutWords(metrics: RoundMetrics): string {
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

/**
 * "91.2 ± 3.4 %, NLL 0.31 ± 0.05 nats": the figure and one standard error; null where nothing has
 * LURE weights.
 */
export function lureWords(
  lure: LureFigures | null,
  metricName: RoundMetrics['metricName'],
): string | null {
  if (lure === null) {
    return null;
  }
  const { metric, nll } = lure;
  const parts = [];
  if (metric !== null) {
    parts.push(
      metricName === 'accuracy'
        ? `${formatNumber(metric.value * 100, 1)} ± ${formatPercent(metric.standardError)}`
        : `${formatNumber(metric.value)} ± ${formatNumber(metric.standardError)} RMSE`,
    );
  }
  if (nll !== null) {
    parts.push(`NLL ${formatNumber(nll.value, 3)} ± ${formatNumber(nll.standardError, 3)} nats`);
  }
  return parts.length === 0 ? null : parts.join(', ');
}

/**
 * The unit of both kinds of uncertainty: nats for choices and for several fields, the squared unit
 * of the answer for one number.
 */
export function uncertaintyUnit(schema: LabelSchema): string {
  const field = schema.fields[0];
  if (schema.fields.length > 1 || field?.kind !== 'number') {
    return 'nats';
  }
  return field.unit === undefined || field.unit === '' ? 'squared units' : `${field.unit}²`;
}

/** The answers of a project in their order, which gives classes their index and colour. */
export function classNames(schema: LabelSchema): string[] {
  const field = schema.fields[0];
  return field !== undefined && field.kind !== 'number'
    ? field.choices.map((choice) => choice.title ?? choice.value)
    : [];
}

/** Who got how many samples, and what that saved; null where every item got all. */
export function adaptiveSamplingWords(
  adaptiveSampling: RoundMetrics['adaptiveSampling'],
): string | null {
  if (adaptiveSampling === null) return null;
  const { firstSamples, samples, finalists, items, shareOfWork } = adaptiveSampling;
  return `${formatCount(firstSamples)} samples for all ${formatCount(items)} items, all ${formatCount(samples)} for ${formatCount(finalists)}: ${formatPercent(shareOfWork)} of the work`;
}

/** Which network scored the pool, where the compressed one was wanted; null where it was not. */
export function scoredWithWords({ network, reason }: RoundMetrics['scoredBy']): string | null {
  if (network === 'compressed') {
    return 'the compressed model';
  }
  return reason === null ? null : `the full network. ${reason}`;
}
