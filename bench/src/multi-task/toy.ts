import { normal, stream } from '@dubio/bayes-core';

/**
 * Two straight lines with noise of very different size over the same x, as in the code of Kendall,
 * Gal & Cipolla 2018.
 */
export type Toy = {
  readonly x: Float32Array;
  readonly fields: readonly {
    readonly name: string;
    readonly values: Float64Array;
    readonly truth: number;
    /** Root mean square of this sample's own noise: what no model can know better. */
    readonly drawn: number;
  }[];
};

const LINES = [
  { name: 'y1', slope: 2, intercept: 8, deviation: 10 },
  { name: 'y2', slope: 3, intercept: 3, deviation: 1 },
] as const;

/** y1 = 2 x + 8 + N(0, 10^2), y2 = 3 x + 3 + N(0, 1), x standard normal. */
export function drawToy(rows: number, seed: number): Toy {
  const source = stream(seed).split('two lines');
  const x = normal(source.split('x'), rows);
  return {
    x,
    fields: LINES.map(({ name, slope, intercept, deviation }) => {
      const noise = normal(source.split(name), rows).map((e) => e * deviation);
      return {
        name,
        values: Float64Array.from(x, (value, i) => slope * value + intercept + noise[i]!),
        truth: deviation,
        drawn: Math.sqrt(noise.reduce((sum, e) => sum + e * e, 0) / rows),
      };
    }),
  };
}
