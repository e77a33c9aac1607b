import { scaleLinear } from 'd3-scale';
import { formatCount, formatNumber, formatPercent } from '@/lib/format';
import { bandPath, linePath } from '../path';
import { accuracyDomain, axisTicks, clamp, niceCeil, px } from '../scale';
import {
  bandLabelAt,
  baselineLabelAt,
  clearOf,
  lastLabel,
  nameAt,
  pendingAt,
} from './curve-labels';
import type { CurveInput, CurveRound, LearningCurve, Writer } from './curve-types';

/** Below this width the names move inside the plot. */
const NARROW = 440;
const LEFT = 44;

/** Lays the learning curve out for a width: rounds without a value are gaps in line and band. */
export function prepareLearningCurve(input: CurveInput, width: number): LearningCurve {
  const narrow = width < NARROW;
  const write = metricWriter(input.metricName);
  const sorted = [...input.rounds].sort((a, b) => a.labels - b.labels || a.round - b.round);
  const plot = {
    left: LEFT,
    right: Math.max(LEFT + 40, width - (narrow ? 14 : 118)),
    top: 14,
    bottom: narrow ? 190 : 200,
  };
  const xEnd = niceCeil(
    Math.max(
      10,
      ...sorted.map((round) => round.labels),
      ...(input.baseline?.points.map((point) => point.labels) ?? []),
      input.running?.labels ?? 0,
    ),
    narrow ? 3 : 6,
  );
  const yDomain = metricDomain(input);
  const x = scaleLinear([0, xEnd], [plot.left, plot.right]);
  const y = scaleLinear(yDomain, [plot.bottom, plot.top]);
  const place = (round: CurveRound) =>
    round.metric === null ? null : { x: x(round.labels), y: y(round.metric) };
  const points = sorted.flatMap((round) =>
    round.metric === null
      ? []
      : [
          {
            x: px(x(round.labels)),
            y: px(y(round.metric)),
            round: round.round,
            text: pointText(round, write),
          },
        ],
  );
  const lastRound = sorted.filter((round) => round.metric !== null).at(-1);
  const baselineLabel = baselineLabelAt(input, { x, y, plot, narrow, write, points });
  return {
    height: plot.bottom + 40,
    plot,
    xTicks: axisTicks(x, narrow ? 3 : 6).map((value) => ({
      at: px(x(value)),
      text: formatCount(value),
    })),
    yTicks: axisTicks(y, 4).map((value) => ({
      at: px(y(value)),
      text: write.tick(value),
    })),
    band: bandPath(
      sorted.map((round) =>
        round.metric === null || round.low === null || round.high === null
          ? null
          : {
              x: x(round.labels),
              low: y(clamp(round.low, ...yDomain)),
              high: y(clamp(round.high, ...yDomain)),
            },
      ),
    ),
    line: linePath(sorted.map(place)),
    baseline: linePath(
      input.baseline?.points.map((point) => ({ x: x(point.labels), y: y(point.metric) })) ?? [],
    ),
    points,
    last: lastLabel(points, lastRound?.metric ?? null, { plot, narrow, write }),
    name: nameAt(input, points, plot),
    bandLabel: clearOf(bandLabelAt(input, points, plot, narrow), baselineLabel, plot),
    baselineLabel,
    target:
      input.target === null || input.target < yDomain[0] || input.target > yDomain[1]
        ? null
        : {
            y: px(y(input.target)),
            text: `target ${write.short(input.target)}`,
            x: narrow ? plot.left + 2 : plot.right + 8,
            textY: px(y(input.target) + (narrow ? -6 : 4)),
          },
    pending: pendingAt(input, x, plot),
    finding: finding(input, lastRound, write),
  };
}

function metricWriter(name: CurveInput['metricName']): Writer {
  if (name === 'accuracy') {
    return {
      tick: (value) => formatPercent(value, 0),
      value: (value) => formatPercent(value),
      short: (value) =>
        formatPercent(value, Number.isInteger(Number((value * 100).toFixed(4))) ? 0 : 1),
    };
  }
  const number = (value: number) => formatNumber(value, Math.abs(value) >= 100 ? 0 : 2);
  return { tick: number, value: number, short: number };
}

function metricDomain(input: CurveInput): [number, number] {
  const values = [
    ...input.rounds.flatMap((round) => [round.metric, round.low, round.high]),
    ...(input.baseline?.points.map((point) => point.metric) ?? []),
    input.target,
  ].filter((value): value is number => value !== null && Number.isFinite(value));
  if (input.metricName === 'rmse') {
    return [0, niceCeil(Math.max(0, ...values), 4)];
  }
  const lowest = values.length === 0 ? 0 : Math.min(...values);
  return accuracyDomain(lowest);
}

function pointText(round: CurveRound, write: Writer): string {
  const interval =
    round.low === null || round.high === null
      ? ''
      : `, ${write.value(round.low)} to ${write.value(round.high)}`;
  return `Round ${round.round}: ${formatCount(round.labels)} labels, ${write.value(round.metric ?? 0)}${interval}`;
}

function finding(input: CurveInput, last: CurveRound | undefined, write: Writer): string {
  const what = input.metricName === 'accuracy' ? 'Accuracy' : 'Root mean squared error';
  if (last?.metric == null) {
    return `${what} against labels. No round has a value yet.`;
  }
  const end = input.baseline?.points.at(-1);
  const random =
    end === undefined
      ? ''
      : ` Random sampling reaches ${write.value(end.metric)} with ${formatCount(end.labels)} labels.`;
  return `${what} on held-out items against labels. Round ${last.round}: ${write.value(last.metric)} with ${formatCount(last.labels)} labels.${random}`;
}
