import type { PoolScores } from '@dubio/active-learning';

const CELLS = 48;

/** Where the axes end: all uncertainty that there can be, else the greatest that there is. */
export function topOf(scores: PoolScores, most: number | null): number {
  if (most !== null) return most;
  const greatest = scores.total.reduce((so, value) => Math.max(so, value), 0);
  return greatest > 0 ? greatest : 1;
}

/** Counts on a square grid: `x` aleatoric, `y` epistemic, lower edges; empty cells are left out. */
export function gridCells(scores: PoolScores, top: number) {
  const cellSize = top / CELLS;
  const counts = new Map<number, number>();
  const place = (value: number) => Math.max(0, Math.min(CELLS, Math.floor(value / cellSize)));
  for (let row = 0; row < scores.ordinal.length; row++) {
    const x = place(scores.aleatoric[row] ?? 0);
    const y = place(scores.epistemic[row] ?? 0);
    const key = y * (CELLS + 1) + x;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const cells = [...counts].map(([key, count]) => ({
    x: (key % (CELLS + 1)) * cellSize,
    y: Math.floor(key / (CELLS + 1)) * cellSize,
    count,
  }));
  return { cellSize, cells };
}

/** Rows spread evenly over the pool; the same ones each time. */
export function sampleRows(rows: number, wanted: number): number[] {
  const count = Math.min(rows, wanted);
  return Array.from({ length: count }, (_, place) => Math.floor((place * rows) / count));
}

export type Rectangle = {
  epistemicMin: number;
  epistemicMax: number;
  aleatoricMin: number;
  aleatoricMax: number;
};

/** Rows inside a rectangle, most epistemic first. */
export function rowsInside(scores: PoolScores, box: Rectangle): number[] {
  const inside: number[] = [];
  for (let row = 0; row < scores.ordinal.length; row++) {
    const epistemic = scores.epistemic[row] ?? 0;
    const aleatoric = scores.aleatoric[row] ?? 0;
    const fits =
      epistemic >= box.epistemicMin &&
      epistemic <= box.epistemicMax &&
      aleatoric >= box.aleatoricMin &&
      aleatoric <= box.aleatoricMax;
    if (fits) inside.push(row);
  }
  return inside.sort((a, b) => (scores.epistemic[b] ?? 0) - (scores.epistemic[a] ?? 0));
}
