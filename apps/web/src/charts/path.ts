import { area, curveStepAfter, line } from 'd3-shape';

export type Point = { readonly x: number; readonly y: number };
type Interval = { readonly x: number; readonly low: number; readonly high: number };

// One decimal of a pixel, as `px` has it.
const straight = line<Point>()
  .x(({ x }) => x)
  .y(({ y }) => y)
  .digits(1);
const between = area<Interval>()
  .x(({ x }) => x)
  .y0(({ low }) => low)
  .y1(({ high }) => high)
  .digits(1);
const steps = line<Point>(
  ({ x }) => x,
  ({ y }) => y,
)
  .curve(curveStepAfter)
  .digits(1);

/** Cuts a series where a value is missing, so that no line crosses a gap. */
export function segments<Value>(series: readonly (Value | null)[]): Value[][] {
  const parts: Value[][] = [];
  let open: Value[] | null = null;
  for (const value of series) {
    if (value === null) {
      open = null;
      continue;
    }
    if (open === null) {
      open = [];
      parts.push(open);
    }
    open.push(value);
  }
  return parts;
}

/** One stroke for each run of points without a gap; a point that stands alone has none. */
const strokes = <Value>(
  series: readonly (Value | null)[],
  draw: (run: Value[]) => string | null,
): string =>
  segments(series)
    .filter((run) => run.length > 1)
    .map((run) => draw(run) ?? '')
    .join('');

/** A line through the points. */
export const linePath = (points: readonly (Point | null)[]): string =>
  strokes(points, (run) => straight(run));

/** A closed band between two edges; gaps cut it in pieces. */
export const bandPath = (points: readonly (Interval | null)[]): string =>
  strokes(points, (run) => between(run));

/** The outline of a histogram that stands on `baseline`: flat tops, no gaps between bins. */
export function stepPath(
  edges: readonly number[],
  tops: readonly number[],
  baseline: number,
): string {
  const first = edges[0];
  const last = edges[tops.length];
  if (first === undefined || last === undefined) {
    return '';
  }
  const outline = steps([
    { x: first, y: baseline },
    ...tops.map((top, bin) => ({ x: edges[bin] ?? first, y: top })),
    { x: last, y: baseline },
  ]);
  return `${outline}Z`;
}
