type Box = { width: number; height: number; margin: number; flip?: boolean };

/**
 * Lays values out from left to right, lowest at the bottom. `flip` turns a curve of errors over,
 * so that better is up in every row. Without values there is nothing to draw.
 */
export function sparkPath(
  values: readonly number[],
  { width, height, margin, flip = false }: Box,
): { path: string; last: { x: number; y: number } } | null {
  if (values.length === 0) return null;
  const low = Math.min(...values);
  const high = Math.max(...values);
  const left = 2;
  const step = values.length === 1 ? 0 : (width - left - margin) / (values.length - 1);
  const points = values.map((value, index) => {
    const share = high === low ? 0.5 : (value - low) / (high - low);
    const up = flip ? 1 - share : share;
    const x = values.length === 1 ? width - margin : left + index * step;
    return { x: round(x), y: round(height - margin - up * (height - 2 * margin)) };
  });
  const path = points.map((p, index) => `${index === 0 ? 'M' : 'L'}${p.x} ${p.y}`).join('');
  const last = points.at(-1);
  return last === undefined ? null : { path, last };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
