import { dropoutLayers } from './family.js';
import { networkOf } from './family-of.js';
import type { FittedPosterior } from './fitted.js';

/** How often one layer of dropout drops. */
export type DropoutRate = {
  readonly layer: string;
  /** Units or channels that the layer has. */
  readonly groups: number;
  readonly rate: number;
};

/**
 * Rates of a posterior's dropout layers from the input to the output: learned ones where they are
 * learned, else those of the spec. Empty for posteriors without dropout. Shapes: one number per
 * layer, a probability of DROPPING.
 * @see Gal, Hron & Kendall 2017, "Concrete Dropout"
 */
export function dropoutRates(posterior: FittedPosterior): readonly DropoutRate[] {
  return dropoutLayers(networkOf(posterior)).map(({ name, maskSize, rate }) => ({
    layer: name,
    groups: maskSize,
    rate,
  }));
}
