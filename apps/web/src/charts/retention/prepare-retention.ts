import { scaleLinear } from 'd3-scale';
import { formatNumber } from '@/lib/format';
import type { AxisTick, PlotArea } from '../axes';
import { linePath } from '../path';
import { axisTicks, px } from '../scale';

export type RetentionInput = {
  readonly points: readonly { readonly referred: number; readonly accuracy: number }[];
  readonly area: number;
  readonly areaByChance: number;
  readonly areaAtBest: number;
};

export type RetentionChart = {
  readonly height: number;
  readonly plot: PlotArea;
  readonly xTicks: readonly AxisTick[];
  readonly yTicks: readonly AxisTick[];
  readonly line: string;
  /** Referring by chance leaves the accuracy as it is. */
  readonly chance: { readonly path: string; readonly y: number; readonly labelY: number };
  readonly marks: readonly { readonly x: number; readonly y: number; readonly text: string }[];
  readonly finding: string;
};

const LABEL = 15;
const percent = (value: number): string => `${formatNumber(value * 100, 0)} %`;

/** Accuracy on what the model keeps, by the share of items that a person takes over. */
export function prepareRetention(input: RetentionInput, width: number): RetentionChart {
  const plot = { left: 44, right: Math.max(120, width - 12), top: 12, bottom: 150 };
  const lowest = Math.min(input.areaByChance, ...input.points.map(({ accuracy }) => accuracy));
  const from = Math.max(0, Math.min(0.9, Math.floor(lowest * 10) / 10));
  const x = scaleLinear([0, 1], [plot.left, plot.right]);
  const y = scaleLinear([from, 1], [plot.bottom, plot.top]);
  const marks = input.points.map(({ referred, accuracy }) => ({
    x: px(x(referred)),
    y: px(y(accuracy)),
    text: `${percent(referred)} referred, ${percent(accuracy)} right on the rest`,
  }));
  const chanceY = px(y(input.areaByChance));
  return {
    height: plot.bottom + 40,
    plot,
    xTicks: [0, 0.25, 0.5, 0.75, 1].map((value) => ({ at: px(x(value)), text: percent(value) })),
    yTicks: axisTicks(y, 4).map((value) => ({ at: px(y(value)), text: percent(value) })),
    line: linePath(marks),
    chance: {
      path: `M${plot.left} ${chanceY}H${plot.right}`,
      y: chanceY,
      // Below its line, unless that is where the scale of the axis is written.
      labelY: chanceY + LABEL > plot.bottom ? px(chanceY - 6) : px(chanceY + LABEL),
    },
    marks,
    finding: `Accuracy by referral. ${retentionSentence(input)}`,
  };
}

/** What it is worth to have a person look at the uncertain half. */
export function retentionSentence(input: RetentionInput): string {
  const all = input.points[0];
  const half = input.points.reduce<typeof all>(
    (best, point) =>
      best === undefined || Math.abs(point.referred - 0.5) < Math.abs(best.referred - 0.5)
        ? point
        : best,
    undefined,
  );
  if (all === undefined || half === undefined || half.referred === 0) {
    return 'Too few items are held out to tell.';
  }
  const reach = input.areaAtBest - input.areaByChance;
  const share = reach <= 0 ? 1 : (input.area - input.areaByChance) / reach;
  const rest = `The model is right in ${percent(all.accuracy)} of all cases, and in ${percent(half.accuracy)} of those that it keeps when the most uncertain ${percent(half.referred)} go to a person.`;
  return share <= 0.05
    ? `${rest} Its uncertainty does not find its errors.`
    : `${rest} Its uncertainty finds its errors ${percent(Math.min(1, share))} as well as could be.`;
}
