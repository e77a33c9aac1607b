import { scaleLinear } from 'd3-scale';
import { formatCount, formatNumber } from '@/lib/format';
import type { PlotArea } from '../axes';
import { linePath, type Point } from '../path';
import { axisTicks, px, type Scale } from '../scale';

export type Bin = {
  readonly low: number;
  readonly high: number;
  readonly count: number;
  readonly confidence: number | null;
  readonly accuracy: { readonly value: number; readonly low: number; readonly high: number } | null;
};
export type ReliabilityInput = {
  readonly before: { readonly bins: readonly Bin[]; readonly ece: number };
  readonly after: { readonly bins: readonly Bin[]; readonly ece: number } | null;
  readonly temperature: number | null;
};

/** A bin with fewer items says too little: it is left out, and the line is not drawn across it. */
export const LEAST_ITEMS = 5;

type Mark = Point & { readonly low: number; readonly high: number; readonly text: string };
type Series = { readonly line: string; readonly marks: readonly Mark[] };
type Label = {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly anchor: 'start' | 'end';
};
type Bar = {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly text: string;
  readonly after: boolean;
};

export type Reliability = {
  readonly height: number;
  readonly plot: PlotArea;
  readonly countsBottom: number;
  readonly ticks: readonly { readonly x: number; readonly y: number; readonly text: string }[];
  readonly diagonal: string;
  readonly diagonalAngle: number;
  readonly before: Series;
  readonly after: Series | null;
  readonly labels: { readonly before: Label | null; readonly after: Label | null };
  readonly bars: readonly Bar[];
  readonly largest: Label | null;
  /** What the bars count; below them where it would meet the label of the largest. */
  readonly countsCaption: Label;
  readonly finding: string;
};

export function prepareReliability(input: ReliabilityInput, width: number): Reliability {
  const left = 40;
  const right = Math.max(left + 120, width - 10);
  const top = 20;
  const side = Math.min(358, Math.max(180, (right - left) * (width < 400 ? 0.87 : 0.89)));
  const bottom = px(top + side);
  const x = scaleLinear([0, 1], [left, right]);
  const y = scaleLinear([0, 1], [bottom, top]);
  const before = series(input.before.bins, x, y);
  const after = input.after === null ? null : series(input.after.bins, x, y);
  const countsBottom = bottom + 70;
  const isNarrow = right - left < 320;
  return {
    height: px(countsBottom + (isNarrow ? 58 : 36)),
    plot: { left, right, top, bottom },
    countsBottom,
    countsCaption: {
      // Beside the button for the numbers, or above it.
      x: isNarrow ? left : left + 64,
      y: px(countsBottom + 34),
      text: 'items a bin, √ scale',
      anchor: 'start',
    },
    ticks: axisTicks(x, 5).map((value) => ({
      x: px(x(value)),
      y: px(y(value)),
      text: formatNumber(value, 1),
    })),
    diagonal: `M${left} ${bottom}L${right} ${top}`,
    diagonalAngle: px((-Math.atan2(bottom - top, right - left) * 180) / Math.PI),
    before,
    after,
    labels: labels(before, after, { temperature: input.temperature, right }),
    ...counts(input, x, { bottom: countsBottom, height: 50 }),
    finding: finding(input),
  };
}

function series(bins: readonly Bin[], x: Scale, y: Scale): Series {
  const points = bins.map((bin) => {
    if (bin.count < LEAST_ITEMS || bin.confidence === null || bin.accuracy === null) {
      return null;
    }
    return {
      x: px(x(bin.confidence)),
      y: px(y(bin.accuracy.value)),
      low: px(y(bin.accuracy.low)),
      high: px(y(bin.accuracy.high)),
      text: `confidence ${formatNumber(bin.confidence, 2)}, accuracy ${formatNumber(bin.accuracy.value, 2)} (95 % interval ${formatNumber(bin.accuracy.low, 2)} to ${formatNumber(bin.accuracy.high, 2)}), ${formatCount(bin.count)} items`,
    };
  });
  // Empty bins at the low end are no gap in a curve that has not begun.
  return { line: linePath(points), marks: points.filter((point) => point !== null) };
}

/** Names beside the middle of their lines, on the side that the other line does not use. */
function labels(
  before: Series,
  after: Series | null,
  { temperature, right }: { readonly temperature: number | null; readonly right: number },
): Reliability['labels'] {
  const beforeMark = before.marks[Math.floor(before.marks.length * 0.6)];
  if (beforeMark === undefined) {
    return { before: null, after: null };
  }
  const afterMark = after?.marks[Math.floor(after.marks.length * 0.6)];
  const above = afterMark === undefined || beforeMark.y <= afterMark.y;
  const put = (mark: Mark, up: boolean, text: string): Label => {
    if (up) {
      return { x: mark.x - 9, y: mark.y - 9, text, anchor: 'end' };
    }
    // About 6.4 px a letter: a name that would run out of the plot ends at its edge instead.
    return mark.x + 10 + text.length * 6.4 > right
      ? { x: right, y: mark.y + 34, text, anchor: 'end' }
      : { x: mark.x + 10, y: mark.y + 20, text, anchor: 'start' };
  };
  return {
    before: put(beforeMark, above, 'before'),
    after:
      afterMark === undefined
        ? null
        : put(
            afterMark,
            !above,
            temperature === null ? 'after' : `after, T = ${formatNumber(temperature, 2)}`,
          ),
  };
}

function counts(
  input: ReliabilityInput,
  x: Scale,
  at: { bottom: number; height: number },
): { bars: Bar[]; largest: Label | null } {
  const all = [...input.before.bins, ...(input.after?.bins ?? [])];
  const most = Math.max(1, ...all.map((bin) => bin.count));
  const bars: Bar[] = [];
  let largest: Label | null = null;
  const add = (bin: Bin, after: boolean) => {
    if (bin.count === 0) {
      return;
    }
    const height = Math.max(1, Math.sqrt(bin.count / most) * at.height);
    const wide = (x(bin.high) - x(bin.low)) * 0.445;
    const centre = (x(bin.low) + x(bin.high)) / 2;
    const bar = {
      x: px(after ? centre : centre - wide),
      y: px(at.bottom - height),
      width: px(wide),
      height: px(height),
      text: `${formatCount(bin.count)} items`,
      after,
    };
    bars.push(bar);
    if (bin.count === most && largest === null) {
      const text = `${formatCount(bin.count)} ${after ? 'after' : input.after === null ? 'items' : 'before'}`;
      // Above all bars, on the side that has room for the text.
      const hasRoom = centre - x(0) > 90;
      largest = {
        x: px(hasRoom ? centre + wide : centre - wide),
        y: px(at.bottom - height - 4),
        text,
        anchor: hasRoom ? 'end' : 'start',
      };
    }
  };
  for (const bin of input.after?.bins ?? []) {
    add(bin, true);
  }
  for (const bin of input.before.bins) {
    add(bin, false);
  }
  return { bars, largest };
}

function finding(input: ReliabilityInput): string {
  const before = formatNumber(input.before.ece, 3);
  return input.after === null
    ? `Reliability diagram. ECE ${before}, without temperature scaling.`
    : `Reliability diagram. ECE ${before} before and ${formatNumber(input.after.ece, 3)} after temperature scaling.`;
}

/**
 * One sentence on the direction of the miss, from what the model said and how often it was right.
 */
export function calibrationSentence(said: number, right: number): string {
  const percent = (value: number) => `${formatNumber(value * 100, 0)} %`;
  const gap = said - right;
  if (Math.abs(gap) < 0.01) {
    return `The model said ${percent(said)} and was right ${percent(right)} of the time: its confidence can be taken at its word.`;
  }
  return `The model was too ${gap > 0 ? 'sure' : 'modest'}: it said ${percent(said)} and was right ${percent(right)} of the time.`;
}
