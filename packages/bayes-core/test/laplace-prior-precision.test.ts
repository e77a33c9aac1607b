import { describe, expect, it } from 'vitest';
import type { FeatureMatrix } from '../src/nn/features.js';
import type { LaplaceSpec } from '../src/nn/posterior-spec.js';
import type { LabelledRows, SingleTargets } from '../src/nn/targets.js';
import { headTargets } from '../src/nn/targets.js';
import { LAPLACE } from '../src/posterior/last-layer.js';
import { likeliestPrecision, logEvidence } from '../src/posterior/marginal-likelihood.js';
import { PRIOR_PRECISION_WITHOUT_ROWS } from '../src/posterior/validated-precision.js';
import { lastLayerPredictive } from '../src/predict/last-layer-predictive.js';
import { fitPosterior } from '../src/train/fit.js';
import { classes, engine, numbers, rows, spec } from './laplace-cases.js';

describe('the prior precision of largest evidence', () => {
  const eigenvalues = [0, 0.3, 2, 7, 40, 800];

  it('is where it explains as many weights as the data determine: precision |w|^2 = sum h / (h + precision)', () => {
    for (const squaredNorm of [0.5, 3, 20]) {
      const precision = likeliestPrecision(eigenvalues, squaredNorm);
      const determined = eigenvalues.reduce((sum, h) => sum + h / (h + precision), 0);
      expect(precision * squaredNorm).toBeCloseTo(determined, 4);
      for (const factor of [0.9, 1.1])
        expect(logEvidence(eigenvalues, squaredNorm, precision * factor)).toBeLessThan(
          logEvidence(eigenvalues, squaredNorm, precision),
        );
    }
  });
});

/** Rows of the same rule as the first `count` training rows come from, after those. */
function heldOut(kind: 'number' | 'class', from: number, count: number): LabelledRows {
  const { features, targets } = rows(kind, from + count);
  const [own] = headTargets(targets);
  return {
    features: { ...features, data: features.data.slice(3 * from), rows: count } as FeatureMatrix,
    targets: { kind: own!.kind, values: own!.values.slice(from) } as SingleTargets,
  };
}

describe('the prior precision of least loss on validation rows', () => {
  const cases = (['kronecker', 'full'] as const).flatMap((curvature) =>
    (['number', 'class'] as const).map((kind) => ({ curvature, kind })),
  );
  const weights = Float64Array.from({ length: 90 }, (_, i) => 1 + (i % 3));

  /**
   * What the closed predictive and the belief about the precision come to for a row, by brute
   * force: a fit of its own.
   */
  async function lossOf(
    { kind, curvature }: (typeof cases)[number],
    priorPrecision: LaplaceSpec['priorPrecision'],
    validation: LabelledRows,
  ): Promise<{ loss: number; precision: number }> {
    const posterior = await fitPosterior({
      engine,
      spec: spec(curvature, kind === 'number' ? numbers : classes, priorPrecision),
      train: rows(kind, 60),
      validation,
      seed: 4,
    });
    const closed = await lastLayerPredictive({ engine, posterior, features: validation.features });
    const { values } = headTargets(validation.targets)[0]!;
    const losses = Array.from(values, (y, row) => {
      if (closed.kind === 'class') return -Math.log(closed.probs_N_C[3 * row + y]!);
      const variance = closed.epistemicVariance_N[row]! + closed.aleatoricVariance;
      return 0.5 * ((y - closed.mean_N[row]!) ** 2 / variance + Math.log(2 * Math.PI * variance));
    });
    const counts = Array.from(losses, (_, row) => validation.weights?.[row] ?? 1);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const precision = posterior.members[0]!.parameters[LAPLACE.priorPrecision]!.data[0]!;
    const surprise = 0.5 * (Math.log10(precision / 100) / 0.5) ** 2;
    const loss = losses.reduce((sum, own, row) => sum + counts[row]! * own, 0) / total;
    return { loss: loss + surprise / losses.length, precision };
  }

  it.each(cases)(
    'is as good as the best of many fits at fixed precisions ($kind, $curvature)',
    async (one) => {
      const validation = { ...heldOut(one.kind, 60, 90), weights };
      const chosen = await lossOf(one, 'validation', validation);
      const fixed = [];
      for (let power = -3; power <= 3; power += 1)
        fixed.push(await lossOf(one, 10 ** power, validation));
      const least = Math.min(...fixed.map(({ loss }) => loss));
      const most = Math.max(...fixed.map(({ loss }) => loss));
      expect(most - least).toBeGreaterThan(0.01);
      expect(chosen.loss).toBeLessThan(least + 1e-5);
      const again = await lossOf(one, chosen.precision, validation);
      expect(again.loss).toBeCloseTo(chosen.loss, 5);
    },
  );

  it('is near what is believed where rows are few, and leaves it where they are many', async () => {
    const one = { kind: 'class', curvature: 'kronecker' } as const;
    const wrong = (count: number): LabelledRows => {
      const { features, targets } = heldOut('class', 60, count);
      const values = Int32Array.from(headTargets(targets)[0]!.values, (y) => (y + 1) % 3);
      return { features, targets: { kind: 'class', values } };
    };
    const [few, many] = [
      await lossOf(one, 'validation', wrong(1)),
      await lossOf(one, 'validation', wrong(90)),
    ];
    expect(Math.abs(Math.log10(few.precision / 100))).toBeLessThan(0.5);
    expect(many.precision).toBeLessThan(few.precision / 4);
  });

  it('hears what weights of the validation rows say', async () => {
    const one = { kind: 'class', curvature: 'kronecker' } as const;
    const { features, targets } = heldOut('class', 60, 90);
    // Rows that the network cannot have right, so that they call for uncertainty.
    const values = Int32Array.from(headTargets(targets)[0]!.values, (y, row) =>
      row < 45 ? (y + 1) % 3 : y,
    );
    const validation = { features, targets: { kind: 'class', values } } as const;
    const all = await lossOf(one, 'validation', validation);
    const without = Float64Array.from(values, (_, row) => (row < 45 ? 1e-6 : 1));
    const weighed = await lossOf(one, 'validation', { ...validation, weights: without });
    expect(weighed.precision).toBeGreaterThan(2 * all.precision);
  });

  it('is a fixed one where there are no validation rows', async () => {
    const posterior = await fitPosterior({
      engine,
      spec: spec('kronecker', classes, 'validation'),
      train: rows('class', 60),
      seed: 4,
    });
    const [precision] = posterior.members[0]!.parameters[LAPLACE.priorPrecision]!.data;
    expect(precision).toBe(PRIOR_PRECISION_WITHOUT_ROWS);
  });
});
