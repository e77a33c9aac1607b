import { clamp, px } from '../scale';
import type { CurveInput, LearningCurve, Writer } from './curve-types';

type Plot = LearningCurve['plot'];
type Points = LearningCurve['points'];

/** The room that the name of the random line takes, about. */
const NAME_WIDTH = 190;

/** The room that the value of a round takes, about. */
const VALUE_WIDTH = 44;

/**
 * The value of the newest round: beside its point, above it where the edge is near, and on the free
 * side of the line where all is narrow.
 */
export function lastLabel(
  points: Points,
  metric: number | null,
  at: { readonly plot: Plot; readonly narrow: boolean; readonly write: Writer },
): LearningCurve['last'] {
  const point = points.at(-1);
  if (point === undefined || metric === null) {
    return null;
  }
  const { plot, narrow, write } = at;
  const text = write.value(metric);
  if (narrow) {
    const x = Math.max(plot.left + VALUE_WIDTH, point.x + 2);
    const beside = points.length < 2 ? point.y : heightOfLine(points, x - VALUE_WIDTH);
    const rises = beside >= point.y;
    const y = rises
      ? Math.max(plot.top + 10, point.y - 10)
      : Math.min(plot.bottom - 6, point.y + 19);
    return { x: px(x), y: px(y), text, anchor: 'end' };
  }
  if (point.x + 52 > plot.right) {
    return {
      x: Math.min(point.x + 4, plot.right),
      y: px(Math.max(plot.top + 10, point.y - 10)),
      text,
      anchor: 'end',
    };
  }
  return { x: point.x + 7, y: point.y + 4, text, anchor: 'start' };
}

/** The room that "This project" takes, about. */
const OWN_NAME_WIDTH = 82;

/**
 * "This project", above the middle of its line; nothing where no other line is near that it could
 * be taken for.
 */
export function nameAt(
  input: CurveInput,
  points: LearningCurve['points'],
  plot: Plot,
): LearningCurve['name'] {
  const point = points[Math.floor((points.length - 1) / 2)];
  if (input.baseline === null || point === undefined || points.length < 3) return null;
  const from = point.x - 10 - OWN_NAME_WIDTH;
  if (from < plot.left) return null;
  const beside = points.filter(({ x }) => x >= from && x <= point.x);
  const highest = Math.min(...beside.map(({ y }) => y));
  return { x: point.x - 10, y: Math.max(plot.top + 10, highest - 9) };
}

/** What the band is, led to the band by a thin line. */
export function bandLabelAt(
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

const LINE_HEIGHT = 14;

/**
 * The name of the band below the name of the random line where the two would meet; gone where there
 * is no room.
 */
export function clearOf(
  label: LearningCurve['bandLabel'],
  other: LearningCurve['baselineLabel'],
  plot: Plot,
): LearningCurve['bandLabel'] {
  if (label === null || other === null) return label;
  const height = label.lines.length * LINE_HEIGHT;
  const otherBottom = other.y + (other.lines.length - 1) * LINE_HEIGHT;
  const apart =
    other.x > label.x + NAME_WIDTH ||
    label.x > other.x + NAME_WIDTH ||
    label.y - LINE_HEIGHT > otherBottom ||
    other.y - LINE_HEIGHT > label.y + height - LINE_HEIGHT;
  if (apart) return label;
  const y = px(otherBottom + LINE_HEIGHT + 6);
  if (y + height > plot.bottom) return null;
  return { ...label, y, lead: label.lead.replace(/ [\d.]+$/, ` ${px(y - 6)}`) };
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

/** The name of the random line: in the margin where it ends there, else at its end. */
export function baselineLabelAt(
  input: CurveInput,
  at: {
    readonly x: (value: number) => number;
    readonly y: (value: number) => number;
    readonly plot: Plot;
    readonly narrow: boolean;
    readonly write: Writer;
    readonly points: Points;
  },
): LearningCurve['baselineLabel'] {
  const end = input.baseline?.points.at(-1);
  if (input.baseline === null || end === undefined) {
    return null;
  }
  const seeds = `${input.baseline.seeds} replay ${input.baseline.seeds === 1 ? 'seed' : 'seeds'}`;
  const endX = at.x(end.labels);
  const endY = at.y(end.metric);
  if (at.narrow) {
    const x = px((at.plot.left + at.plot.right) / 2);
    return { x, y: px(Math.min(at.plot.bottom - 30, endY + 40)), lines: ['Random sampling'] };
  }
  if (endX < at.plot.right - 60) {
    const x = Math.min(endX - 20, at.plot.right - NAME_WIDTH);
    const line = [x, endX, x + NAME_WIDTH].map((place) => heightOfLine(at.points, place));
    const above = endY <= heightOfLine(at.points, endX);
    const y = above
      ? Math.max(at.plot.top + 10, Math.min(endY, ...line) - 24)
      : Math.min(at.plot.bottom - 26, Math.max(endY, ...line.filter(Number.isFinite)) + 20);
    return {
      x: px(x),
      y: px(y),
      lines: ['Random sampling', `${at.write.value(end.metric)}, median of ${seeds}`],
    };
  }
  const targetY = input.target === null ? Number.NEGATIVE_INFINITY : at.y(input.target) + 4;
  return {
    x: at.plot.right + 8,
    y: px(Math.max(endY + 6, targetY + 18)),
    lines: ['Random sampling', `${at.write.value(end.metric)}, median of`, seeds],
  };
}

/** How low the line of the project lies at a place, straight between its points. */
function heightOfLine(points: Points, x: number): number {
  const after = points.findIndex((point) => point.x >= x);
  const right = points[after === -1 ? points.length - 1 : after];
  const left = points[Math.max(0, (after === -1 ? points.length : after) - 1)];
  if (right === undefined || left === undefined) {
    return Number.POSITIVE_INFINITY;
  }
  const share = right.x === left.x ? 0 : (x - left.x) / (right.x - left.x);
  return left.y + (right.y - left.y) * clamp(share, 0, 1);
}

/** The slot of the round that runs. */
export function pendingAt(
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
