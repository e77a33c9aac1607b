import { NumericsError } from '../errors.js';
import { nextNormal } from './normal.js';
import { Sequence } from './sequence.js';
import type { Stream } from './stream.js';

/**
 * Fills with Gamma(shape, scale 1) values (Marsaglia & Tsang 2000, "A Simple Method for Generating
 * Gamma Variables"). Shapes below one are boosted: Gamma(a) = Gamma(a + 1) * U^(1/a).
 * @throws invalid_argument when the shape is not positive
 */
export function fillGamma(source: Stream, shape: number, out: Float32Array | Float64Array): void {
  if (!(shape > 0)) {
    throw new NumericsError(
      'invalid_argument',
      `The shape of a Gamma distribution is positive, got ${shape}.`,
      { shape },
    );
  }
  for (let i = 0; i < out.length; i++) {
    const draws = new Sequence(source.at(i));
    out[i] =
      shape >= 1
        ? gammaAtLeastOne(draws, shape)
        : gammaAtLeastOne(draws, shape + 1) * draws.uniform() ** (1 / shape);
  }
}

function gammaAtLeastOne(draws: Sequence, shape: number): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = nextNormal(draws);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(draws.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v))
      return d * v;
  }
}
