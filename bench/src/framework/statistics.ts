/**
 * The q-quantile by linear interpolation between order statistics (R's type 7); infinities allowed.
 */
export function quantile(values: readonly number[], q: number): number {
  if (values.length === 0) return Number.NaN;
  const sorted = [...values].sort((a, b) => a - b);
  const at = q * (sorted.length - 1);
  const low = sorted[Math.floor(at)]!;
  const high = sorted[Math.ceil(at)]!;
  return low === high ? low : low + (at - Math.floor(at)) * (high - low);
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Median with the middle half: how repeated measurements are reported. */
export type Spread = { readonly median: number; readonly q25: number; readonly q75: number };

export const spread = (values: readonly number[]): Spread => ({
  median: median(values),
  q25: quantile(values, 0.25),
  q75: quantile(values, 0.75),
});
