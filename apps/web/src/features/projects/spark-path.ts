import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import type { Point } from '@/charts/path';
import { px } from '@/charts/scale';

type Box = { width: number; height: number; margin: number; flip?: boolean };

const stroke = line<Point>(
  ({ x }) => x,
  ({ y }) => y,
).digits(1);

/**
 * Lays values out from left to right, lowest at the bottom. `flip` turns a curve of errors over,
 * so that better is up in every row. Without values there is nothing to draw.
 */
export function sparkPath(
  values: readonly number[],
  { width, height, margin, flip = false }: Box,
): { path: string; last: { x: number; y: number } } | null {
  if (values.length === 0) return null;
  const [bottom, top] = [height - margin, margin];
  const y = scaleLinear(
    [Math.min(...values), Math.max(...values)],
    flip ? [top, bottom] : [bottom, top],
  );
  const x = scaleLinear([0, values.length - 1], [2, width - margin]);
  const points = values.map((value, index) => ({
    x: values.length === 1 ? width - margin : px(x(index)),
    y: px(y(value)),
  }));
  const last = points.at(-1);
  return last === undefined ? null : { path: stroke(points) ?? '', last };
}
