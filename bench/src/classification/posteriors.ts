import type { PartialPosteriorSpec } from '@dubio/bayes-core';

/** A way of being uncertain that takes part in the comparison. */
export type Contestant = {
  readonly posterior: PartialPosteriorSpec;
  /**
   * Test error on MNIST that was published for two hidden layers, percent, with its source; where
   * there is one.
   */
  readonly published?: (
    units: number,
  ) => { readonly percent: number; readonly source: string } | null;
};

/**
 * Blundell et al. 2015, table 1. The value at 800 units with a scale mixture was checked, the rest
 * are from memory.
 */
const blundell =
  (column: string, percents: Readonly<Record<number, number>>) => (units: number) => {
    const percent = percents[units];
    if (percent === undefined) return null;
    return { percent, source: `Blundell et al. 2015, table 1, ${column}, 600 passes` };
  };

/**
 * Epochs after training are `epochs`; everything else is a posterior's default or its paper's
 * choice.
 */
export const contestants = (epochs: number): Readonly<Record<string, Contestant>> => ({
  point: {
    posterior: { kind: 'point' },
    published: blundell('plain SGD', { 400: 1.83, 800: 1.84, 1200: 1.88 }),
  },
  'mc-dropout': {
    posterior: { kind: 'mc-dropout', rate: 0.5 },
    published: blundell('dropout', { 400: 1.51, 800: 1.33, 1200: 1.36 }),
  },
  'concrete-dropout': { posterior: { kind: 'concrete-dropout' } },
  ensemble: { posterior: { kind: 'ensemble', members: 5 } },
  'mean-field': {
    posterior: { kind: 'mean-field' },
    published: blundell('Gaussian prior', { 400: 1.82, 800: 1.99, 1200: 2.04 }),
  },
  'mean-field-mixture': {
    posterior: {
      kind: 'mean-field',
      estimator: 'weight-sampling',
      prior: { kind: 'scale-mixture', share: 0.5, wide: 1, narrow: Math.exp(-6) },
    },
    published: blundell('scale mixture', { 400: 1.36, 800: 1.34, 1200: 1.32 }),
  },
  swag: { posterior: { kind: 'swag', epochs: Math.max(2, epochs) } },
  'laplace-last-layer': { posterior: { kind: 'laplace-last-layer' } },
  'group-normal-jeffreys': { posterior: { kind: 'group-normal-jeffreys' } },
  'group-horseshoe': { posterior: { kind: 'group-horseshoe' } },
});
