import type { AcquisitionRule, Replay } from '@dubio/contracts';
import { scaleLinear } from 'd3-scale';
import { formatCount, formatNumber, formatPercent } from '@/lib/format';
import type { AxisTick, PlotArea } from '../axes';
import { bandPath, linePath } from '../path';
import { accuracyDomain, axisTicks, niceCeil, px, type Scale } from '../scale';
import { type Goal, labelsNeeded, type RuleSummary, summariseRules } from './aggregate';
import { ruleColour, ruleName } from './rule-names';

export type CurvesInput = {
  readonly replays: readonly Replay[];
  readonly metricName: 'accuracy' | 'rmse';
  readonly end: number;
  readonly target: number | null;
  readonly inUse: AcquisitionRule;
};

type Curve = {
  readonly rule: AcquisitionRule;
  readonly name: string;
  readonly colour: number;
  readonly line: string;
  readonly band: string;
  readonly strong: boolean;
  readonly inUse: boolean;
  readonly dashed: boolean;
  /** Where the name stands, at the end of the line. */
  readonly labelY: number | null;
  readonly dots: readonly { readonly x: number; readonly y: number; readonly text: string }[];
};

export type SimulationCurves = {
  readonly height: number;
  readonly narrow: boolean;
  readonly plot: PlotArea;
  readonly xTicks: readonly AxisTick[];
  readonly yTicks: readonly AxisTick[];
  readonly curves: readonly Curve[];
  readonly target: { readonly y: number; readonly text: string } | null;
  readonly markers: readonly {
    readonly rule: AcquisitionRule;
    readonly colour: number;
    readonly x: number;
    readonly y: number;
    readonly text: string;
    readonly anchor: 'start' | 'end';
    readonly textX: number;
    /** How far above the axis: names that would touch stand on lines of their own. */
    readonly lift: number;
  }[];
  /** Which lines carry a band, for the caption. */
  readonly banded: readonly string[];
  readonly finding: string;
};

const NARROW = 460;
const LABEL_GAP = 15;

/** Medians of the seeds as lines, quartiles as bands for the best rule and random. */
export function prepareSimulationCurves(input: CurvesInput, width: number): SimulationCurves {
  const narrow = width < NARROW;
  const summaries = summariseRules(input.replays);
  const plot = {
    left: 44,
    right: Math.max(120, width - (narrow ? 12 : 128)),
    top: 10,
    bottom: narrow ? 200 : 340,
  };
  const xEnd = niceCeil(Math.max(10, input.end), narrow ? 3 : 6);
  const domain = metricDomain(input, summaries);
  const x = scaleLinear([0, xEnd], [plot.left, plot.right]);
  const y = scaleLinear(domain, [plot.bottom, plot.top]);
  const goal: Goal | null =
    input.target === null ? null : { metricName: input.metricName, target: input.target };
  const best = goal === null ? null : bestRule(input.replays, summaries, goal);
  const drawn = summaries.map((summary) => drawCurve(summary, { x, y, input, best }));
  const curves = placeLabels(drawn, plot);
  const write = (value: number) =>
    input.metricName === 'accuracy' ? formatPercent(value, 0) : formatNumber(value, 2);
  const strong = summaries.filter(
    (summary) => summary.rule === best || summary.rule === 'random' || summary.rule === input.inUse,
  );
  return {
    height: plot.bottom + 40,
    narrow,
    plot,
    xTicks: axisTicks(x, narrow ? 3 : 6).map((value) => ({
      at: px(x(value)),
      text: formatCount(value),
    })),
    yTicks: axisTicks(y, 4).map((value) => ({
      at: px(y(value)),
      text: write(value),
    })),
    curves,
    target:
      goal === null || goal.target < domain[0] || goal.target > domain[1]
        ? null
        : { y: px(y(goal.target)), text: write(goal.target) },
    markers:
      goal === null
        ? []
        : markers(
            input,
            strong.map((summary) => summary.rule),
            { x, y, goal, narrow },
          ),
    banded: drawn.filter((curve) => curve.band !== '').map((curve) => curve.name),
    finding: finding(input, summaries, best),
  };
}

function metricDomain(input: CurvesInput, summaries: readonly RuleSummary[]): [number, number] {
  const values = summaries.flatMap((summary) =>
    summary.points.flatMap((point) =>
      point === null ? [] : [point.low ?? point.median, point.high ?? point.median],
    ),
  );
  if (input.metricName === 'rmse') {
    return [0, niceCeil(Math.max(0, ...values), 4)];
  }
  const lowest = Math.min(1, ...values, input.target ?? 1);
  return accuracyDomain(lowest);
}

function bestRule(
  replays: readonly Replay[],
  summaries: readonly RuleSummary[],
  goal: Goal,
): AcquisitionRule | null {
  let best: { rule: AcquisitionRule; labels: number } | null = null;
  for (const { rule } of summaries) {
    const labels = labelsNeeded(replays, rule, goal)?.median ?? Number.POSITIVE_INFINITY;
    if (Number.isFinite(labels) && (best === null || labels < best.labels)) {
      best = { rule, labels };
    }
  }
  return best?.rule ?? null;
}

type DrawnCurve = Curve & { readonly end: number | null };
function drawCurve(
  summary: RuleSummary,
  at: { x: Scale; y: Scale; input: CurvesInput; best: AcquisitionRule | null },
): DrawnCurve {
  const { x, y, input, best } = at;
  const banded = summary.rule === best || summary.rule === 'random';
  const known = summary.points.filter((point) => point !== null);
  const last = known.at(-1);
  const write = (value: number) =>
    input.metricName === 'accuracy' ? formatPercent(value) : formatNumber(value, 3);
  return {
    rule: summary.rule,
    name: ruleName(summary.rule),
    colour: ruleColour(summary.rule),
    line: linePath(
      summary.points.map((point) =>
        point === null ? null : { x: x(point.labels), y: y(point.median) },
      ),
    ),
    band: banded
      ? bandPath(
          summary.points.map((point) =>
            point === null || point.low === null || point.high === null
              ? null
              : { x: x(point.labels), low: y(point.low), high: y(point.high) },
          ),
        )
      : '',
    strong: summary.rule === best || summary.rule === input.inUse,
    inUse: summary.rule === input.inUse,
    dashed: summary.rule === 'random',
    labelY: null,
    end: last === undefined ? null : y(last.median),
    dots: known.map((point) => ({
      x: px(x(point.labels)),
      y: px(y(point.median)),
      text: `${ruleName(summary.rule)}, ${formatCount(point.labels)} labels: ${write(point.median)}, median of ${point.seeds} ${point.seeds === 1 ? 'seed' : 'seeds'}`,
    })),
  };
}

/** Names at the ends of the lines, in the order of the lines, at least a line of type apart. */
function placeLabels(curves: readonly DrawnCurve[], plot: SimulationCurves['plot']): Curve[] {
  const ended = curves
    .flatMap((curve) => (curve.end === null ? [] : [{ rule: curve.rule, end: curve.end }]))
    .sort((a, b) => a.end - b.end);
  const places = new Map<AcquisitionRule, number>();
  const room = plot.bottom - (ended.length - 1) * LABEL_GAP;
  let next = Number.NEGATIVE_INFINITY;
  for (const { rule, end } of ended) {
    const at = Math.max(Math.min(end, room + places.size * LABEL_GAP), next);
    places.set(rule, px(at));
    next = at + LABEL_GAP;
  }
  return curves.map(({ end: _end, ...curve }) => ({
    ...curve,
    labelY: places.get(curve.rule) ?? null,
  }));
}

function markers(
  input: CurvesInput,
  rules: readonly AcquisitionRule[],
  at: { x: Scale; y: Scale; goal: Goal; narrow: boolean },
): SimulationCurves['markers'] {
  const found = rules
    .flatMap((rule) => {
      const labels = labelsNeeded(input.replays, rule, at.goal)?.median;
      return labels === undefined || !Number.isFinite(labels) ? [] : [{ rule, labels }];
    })
    .sort((a, b) => a.labels - b.labels);
  const wide = at.narrow ? 7 : 6.6;
  let taken = Number.NEGATIVE_INFINITY;
  let lift = 9;
  return found.map(({ rule, labels }, index) => {
    const x = px(at.x(labels));
    const text = at.narrow ? formatCount(labels) : `${formatCount(labels)} labels`;
    const length = text.length * wide;
    const before = index === 0 && x - at.x(0) > length + 12;
    const start = before ? x - 6 - length : x + 6;
    lift = start < taken ? lift + 15 : 9;
    taken = start + length + 4;
    return {
      rule,
      colour: ruleColour(rule),
      x,
      y: px(at.y(at.goal.target)),
      text,
      anchor: before ? ('end' as const) : ('start' as const),
      textX: before ? x - 6 : x + 6,
      lift,
    };
  });
}

function finding(
  input: CurvesInput,
  summaries: readonly RuleSummary[],
  best: AcquisitionRule | null,
): string {
  const what = input.metricName === 'accuracy' ? 'Accuracy' : 'Error';
  const seeds = Math.max(0, ...summaries.map((summary) => summary.seeds));
  const winner = best === null ? '' : ` ${ruleName(best)} needs the fewest labels so far.`;
  return `${what} against labels for ${summaries.length} acquisition ${summaries.length === 1 ? 'rule' : 'rules'}, median of ${seeds} ${seeds === 1 ? 'seed' : 'seeds'} with quartiles.${winner}`;
}
