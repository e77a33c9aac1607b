import { normal, stream, uniform } from '@dubio/bayes-core';

/** Places and values of a curve in one dimension, as one trains on them. */
export type CurveData = {
  readonly x: Float32Array;
  /** Standardised: mean 0, spread 1. */
  readonly y: Float64Array;
  /** Variance of the noise, in units of y. */
  readonly noiseVariance: number;
};

/**
 * Half the width of the data; places are even over [-EDGE, EDGE], which gives them a spread of 1.
 */
export const EDGE = Math.sqrt(3);
const NOISE = 0.1;

/** y = sin 2.5 x + .3 x + N(0, .1^2), x uniform. */
export function drawCurve(rows: number, seed: number): CurveData {
  const source = stream(seed).split('curve');
  const x = Float32Array.from(uniform(source.split('x'), rows), (u) => EDGE * (2 * u - 1));
  const noise = normal(source.split('noise'), rows);
  const raw = Float64Array.from(x, (a, i) => Math.sin(2.5 * a) + 0.3 * a + NOISE * noise[i]!);
  const mean = raw.reduce((sum, value) => sum + value, 0) / rows;
  const variance = raw.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rows;
  return {
    x,
    y: raw.map((value) => (value - mean) / Math.sqrt(variance)),
    noiseVariance: NOISE ** 2 / variance,
  };
}
