import { formatCount, formatNumber, formatPercent } from '@/lib/format';
import { bandPath, linePath } from '../path';
import { clamp, linearScale, niceCeil, px, ticks } from '../scale';

export type CurveRound = {
  readonly round: number;
  readonly labels: number;
  /** null: the round has no value (it failed, or nothing is held out). */
  readonly metric: number | null;
  readonly low: number | null;
  readonly high: number | null;
};

export type CurveInput = {
  readonly metricName: 'accuracy' | 'rmse';
  readonly rounds: readonly CurveRound[];
  /** Median of replays that pick at random, when there is a simulation. */
  readonly baseline: {
    readonly points: readonly { labels: number; metric: number }[];
    readonly seeds: number;
  } | null;
  readonly target: number | null;
  readonly running: { readonly round: number; readonly labels: number } | null;
  /** What the band is, for example "95 % interval on 1,797 held-out items". */
  readonly bandSays: string | null;
};

type Anchor = 'start' | 'middle' | 'end';
export type TickMark = { readonly at: number; readonly text: string };

export type LearningCurve = {
  readonly height: number;
  readonly plot: {
    readonly left: number;
    readonly right: number;
    readonly top: number;
    readonly bottom: number;
  };
  readonly xTicks: readonly TickMark[];
  readonly yTicks: readonly TickMark[];
  readonly band: string;
  readonly line: string;
  readonly baseline: string;
  readonly points: readonly {
    readonly x: number;
    readonly y: number;
    readonly round: number;
    readonly text: string;
  }[];
  readonly last: {
    readonly x: number;
    readonly y: number;
    readonly text: string;
    readonly anchor: Anchor;
  } | null;
  readonly name: { readonly x: number; readonly y: number } | null;
  readonly bandLabel: {
    readonly x: number;
    readonly y: number;
    readonly lines: readonly string[];
    readonly lead: string;
  } | null;
  readonly baselineLabel: {
    readonly x: number;
    readonly y: number;
    readonly lines: readonly string[];
  } | null;
  readonly target: {
    readonly y: number;
    readonly text: string;
    readonly x: number;
    readonly textY: number;
  } | null;
  readonly pending: {
    readonly x: number;
    readonly text: string;
    readonly anchor: Anchor;
    readonly textX: number;
  } | null;
  readonly finding: string;
};

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
  const x = linearScale([0, xEnd], [plot.left, plot.right]);
  const y = linearScale(yDomain, [plot.bottom, plot.top]);
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
  const lastPoint = points.at(-1);
  const lastRound = sorted.filter((round) => round.metric !== null).at(-1);
  return {
    height: plot.bottom + 40,
    plot,
    xTicks: ticks(0, xEnd, narrow ? 3 : 6).map((value) => ({
      at: px(x(value)),
      text: formatCount(value),
    })),
    yTicks: ticks(yDomain[0], yDomain[1], 4).map((value) => ({
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
    last:
      lastPoint === undefined || lastRound?.metric == null
        ? null
        : narrow
          ? {
              x: px(Math.max(plot.left + 40, lastPoint.x - 2)),
              y: lastPoint.y + 17,
              text: write.value(lastRound.metric),
              anchor: 'end',
            }
          : {
              x: lastPoint.x + 7,
              y: lastPoint.y + 4,
              text: write.value(lastRound.metric),
              anchor: 'start',
            },
    name: nameAt(points, plot),
    bandLabel: bandLabelAt(input, points, plot, narrow),
    baselineLabel: baselineLabelAt(input, { x, y, plot, narrow }, write),
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

type Writer = { tick(v: number): string; value(v: number): string; short(v: number): string };
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
  // A line may start above 0; whole steps of ten points keep the axis still while rounds come in.
  return [clamp(Math.floor(lowest * 10 - 1e-9) / 10, 0, 0.9), 1];
}

function pointText(round: CurveRound, write: Writer): string {
  const interval =
    round.low === null || round.high === null
      ? ''
      : `, ${write.value(round.low)} to ${write.value(round.high)}`;
  return `Round ${round.round}: ${formatCount(round.labels)} labels, ${write.value(round.metric ?? 0)}${interval}`;
}

type Plot = LearningCurve['plot'];
function nameAt(points: LearningCurve['points'], plot: Plot): LearningCurve['name'] {
  const point = points[Math.floor((points.length - 1) / 2)];
  if (point === undefined || points.length < 3 || point.x - 92 < plot.left) {
    return null;
  }
  return { x: point.x - 10, y: Math.max(plot.top + 10, point.y + 3) };
}

function bandLabelAt(
  input: CurveInput,
  points: LearningCurve['points'],
  plot: Plot,
  narrow: boolean,
): LearningCurve['bandLabel'] {
  const anchor = points[Math.min(points.length - 1, Math.max(1, Math.floor(points.length * 0.4)))];
  if (narrow || input.bandSays === null || anchor === undefined || points.length < 2) {
    return null;
  }
  const x = Math.min(anchor.x + 46, plot.right - 160);
  const y = Math.min(anchor.y + 44, plot.bottom - 34);
  return {
    x: px(x),
    y: px(y),
    lines: wrap(`band: ${input.bandSays}`, 26),
    lead: `M${px(anchor.x + 4)} ${px(anchor.y + 6)}L${px(x - 4)} ${px(y - 6)}`,
  };
}

function wrap(text: string, longest: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + word.length < longest) {
      lines[lines.length - 1] = `${line} ${word}`;
    } else {
      lines.push(word);
    }
  }
  return lines;
}

function baselineLabelAt(
  input: CurveInput,
  at: { x: (v: number) => number; y: (v: number) => number; plot: Plot; narrow: boolean },
  write: Writer,
): LearningCurve['baselineLabel'] {
  const end = input.baseline?.points.at(-1);
  if (input.baseline === null || end === undefined) {
    return null;
  }
  if (at.narrow) {
    return {
      x: px((at.plot.left + at.plot.right) / 2),
      y: px(Math.min(at.plot.bottom - 30, at.y(end.metric) + 40)),
      lines: ['Random sampling'],
    };
  }
  const seeds = `${input.baseline.seeds} replay ${input.baseline.seeds === 1 ? 'seed' : 'seeds'}`;
  const targetY = input.target === null ? Number.NEGATIVE_INFINITY : at.y(input.target) + 4;
  return {
    x: at.plot.right + 8,
    y: px(Math.max(at.y(end.metric) + 6, targetY + 18)),
    lines: ['Random sampling', `${write.value(end.metric)}, median of`, seeds],
  };
}

function pendingAt(
  input: CurveInput,
  x: (v: number) => number,
  plot: Plot,
): LearningCurve['pending'] {
  if (input.running === null) {
    return null;
  }
  const at = px(clamp(x(input.running.labels), plot.left, plot.right));
  const leftSide = at - plot.left > 110;
  return {
    x: at,
    text: `round ${input.running.round}, running`,
    anchor: leftSide ? 'end' : 'start',
    textX: leftSide ? at - 6 : at + 6,
  };
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
