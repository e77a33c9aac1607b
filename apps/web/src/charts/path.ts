import { px } from './scale';

export type Point = { readonly x: number; readonly y: number };

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

/** `M…L…` through the points, one stroke for each run without a gap. */
export function linePath(points: readonly (Point | null)[]): string {
  return segments(points)
    .filter((run) => run.length > 1)
    .map((run) => `M${run.map((point) => `${px(point.x)} ${px(point.y)}`).join('L')}`)
    .join('');
}

/** A closed band between two edges; gaps cut it in pieces. */
export function bandPath(
  points: readonly ({ readonly x: number; readonly low: number; readonly high: number } | null)[],
): string {
  return segments(points)
    .filter((run) => run.length > 1)
    .map((run) => {
      const up = run.map((point) => `${px(point.x)} ${px(point.high)}`);
      const down = [...run].reverse().map((point) => `${px(point.x)} ${px(point.low)}`);
      return `M${[...up, ...down].join('L')}Z`;
    })
    .join('');
}

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
  let path = `M${px(first)} ${px(baseline)}`;
  tops.forEach((top, index) => {
    const left = edges[index] ?? first;
    const right = edges[index + 1] ?? last;
    path += `L${px(left)} ${px(top)}L${px(right)} ${px(top)}`;
  });
  return `${path}L${px(last)} ${px(baseline)}Z`;
}
