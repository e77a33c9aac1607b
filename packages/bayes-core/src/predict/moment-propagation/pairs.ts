/** Places c <= d of the pairs, row by row. */
export function pairsOf(width: number): (readonly [number, number])[] {
  return Array.from({ length: width }, (_, c) =>
    Array.from({ length: width - c }, (_, d) => [c, c + d] as const),
  ).flat();
}

/** The index of the pair (c, d), in either order, in `pairsOf(width)`. */
export function pairIndex(width: number, c: number, d: number): number {
  const [low, high] = c <= d ? [c, d] : [d, c];
  return low * width - (low * (low - 1)) / 2 + (high - low);
}
