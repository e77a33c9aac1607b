import { describe, expect, it } from 'vitest';
import { completeSpec } from './complete-spec.js';
import type { PartialPosteriorSpec } from './posterior-spec.js';
import type { PartialModelSpec } from './spec.js';

const spec = (posterior: unknown, change: Partial<PartialModelSpec> = {}): PartialModelSpec => ({
  network: { preset: 'small-mlp' },
  input: { shape: [4] },
  output: { kind: 'class', classes: 3 },
  posterior: posterior as PartialPosteriorSpec,
  ...change,
});

describe('a posterior spec', () => {
  it.each([
    [{}, 1e-3],
    [{ kind: 'sgd' }, 1e-2],
    [{ kind: 'sgd', learningRate: 0.3 }, 0.3],
  ] as const)('of SWAG goes on at the step size of training (%j)', (optimiser, learningRate) => {
    const complete = completeSpec(spec({ kind: 'swag' }, { optimiser }));
    expect(complete.optimiser.learningRate).toBe(learningRate);
    expect(complete.posterior).toMatchObject({ learningRate });
  });

  it.each([
    [{ kind: 'mean-field', estimator: 'sampling' }, /'posterior.estimator': expected one of/],
    [{ kind: 'mean-field', klScale: 2 }, /'posterior.klScale': expected a number from 0 to 1/],
    [{ kind: 'mean-field', klScale: 0 }, /'posterior.klScale': expected a positive number/],
    [{ kind: 'mean-field', klShares: 'even' }, /'posterior.klShares'/],
    [{ kind: 'mean-field', initialDeviation: 0 }, /'posterior.initialDeviation'/],
    [{ kind: 'mean-field', prior: { kind: 'cauchy' } }, /'posterior.prior.kind'/],
    [
      { kind: 'mean-field', prior: { kind: 'scale-mixture', share: 1, wide: 1, narrow: 0.1 } },
      /'posterior.prior.share'/,
    ],
    [
      { kind: 'mean-field', prior: { kind: 'scale-mixture', share: 0.5, wide: 0.1, narrow: 1 } },
      /'posterior.prior.wide': expected more than narrow/,
    ],
    [
      {
        kind: 'mean-field',
        estimator: 'local-reparameterisation',
        prior: { kind: 'scale-mixture', share: 0.5, wide: 1, narrow: 0.1 },
      },
      /expected 'weight-sampling' or 'flipout' for a scale mixture/,
    ],
    [{ kind: 'concrete-dropout', initialRate: 1 }, /'posterior.initialRate'/],
    [{ kind: 'concrete-dropout', lengthScale: 0 }, /'posterior.lengthScale'/],
    [{ kind: 'group-horseshoe', globalScale: 0 }, /'posterior.globalScale'/],
    [{ kind: 'group-normal-jeffreys', initialDeviation: -1 }, /'posterior.initialDeviation'/],
    [{ kind: 'group-horseshoe', firstVarianceAtMost: 0 }, /'posterior.firstVarianceAtMost'/],
    [
      { kind: 'group-normal-jeffreys', firstVarianceAtMost: 1e-5 },
      /'posterior.firstVarianceAtMost': expected at least initialDeviation\^2/,
    ],
    [{ kind: 'swag', epochs: 1 }, /'posterior.epochs': expected a whole number of at least 2/],
    [{ kind: 'swag', epochs: 5, rank: 6 }, /'posterior.rank': expected a number from 2 to 5/],
    [{ kind: 'laplace-last-layer', curvature: 'diagonal' }, /'posterior.curvature'/],
    [{ kind: 'laplace-last-layer', priorPrecision: 0 }, /'posterior.priorPrecision'/],
    [
      { kind: 'laplace-last-layer', priorPrecision: 'guess' },
      /'posterior.priorPrecision': expected one of 'validation', 'evidence'/,
    ],
    [{ kind: 'horse' }, /'posterior.kind': expected one of 'point'/],
  ])('%j is refused by the name of its field', (posterior, message) => {
    expect(() => completeSpec(spec(posterior))).toThrow(message);
  });

  it('of a horseshoe over two inputs is refused, by the name of the layer', () => {
    expect(() =>
      completeSpec(spec({ kind: 'group-horseshoe' }, { input: { shape: [2] } })),
    ).toThrow(
      /at least 3 inputs of layer 'dense1' for 'group-horseshoe'; with fewer, choose 'group-normal-jeffreys', got 2/,
    );
  });

  it('of a wide last layer is refused where its eigenvectors would take minutes', () => {
    const wide = (units: number, curvature: string) =>
      completeSpec(
        spec(
          { kind: 'laplace-last-layer', curvature },
          { network: { layers: [{ kind: 'dense', units }, { kind: 'relu' }] } },
        ),
      );
    expect(() => wide(600, 'full')).toThrow(
      /'posterior.curvature': expected 'kronecker' for a last layer of more than 1536 weights \(here 1803\)/,
    );
    expect(() => wide(3000, 'kronecker')).toThrow(/a last layer of at most 2047 inputs/);
  });

  it('with a prior leaves no room for weight decay', () => {
    expect(() =>
      completeSpec(spec({ kind: 'mean-field' }, { optimiser: { weightDecay: 1e-4 } })),
    ).toThrow(/'optimiser.weightDecay': expected 0 for 'mean-field'/);
  });

  it('completes to itself', () => {
    for (const posterior of [
      { kind: 'mean-field' },
      { kind: 'concrete-dropout' },
      { kind: 'swag' },
      { kind: 'group-normal-jeffreys' },
      { kind: 'group-horseshoe' },
      { kind: 'laplace-last-layer' },
    ]) {
      const complete = completeSpec(spec(posterior));
      expect(completeSpec(complete)).toEqual(complete);
    }
  });
});
