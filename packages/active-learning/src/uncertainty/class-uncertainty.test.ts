import { NumericsError } from '@dubio/bayes-core/pure';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classUncertainty } from './class-uncertainty.js';
import { referenceUncertainty } from './class-uncertainty.reference.js';
import { momentsOfLogProbs, type PredictiveMoments } from './predictive-moments.js';

/** probs[n][t][c] -> moments. */
function momentsOf(probs_N_T_C: number[][][]): PredictiveMoments {
  return momentsOfLogProbs({
    rows: probs_N_T_C.length,
    samples: probs_N_T_C[0]!.length,
    classes: probs_N_T_C[0]![0]!.length,
    logProbs_N_K_C: Float64Array.from(probs_N_T_C.flat(2), Math.log),
  });
}

const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof NumericsError) return error.code;
    throw error;
  }
  throw new Error('expected a refusal');
};

/** Distributions over `classes`, zeros among them. */
const distribution = (classes: number) =>
  fc
    .array(fc.oneof(fc.constant(0), fc.double({ min: 1e-6, max: 1, noNaN: true })), {
      minLength: classes,
      maxLength: classes,
    })
    .filter((weights) => weights.some((w) => w > 0))
    .map((weights) => {
      const sum = weights.reduce((a, b) => a + b, 0);
      return weights.map((w) => w / sum);
    });

const pool = fc
  .record({ classes: fc.integer({ min: 2, max: 5 }), samples: fc.integer({ min: 1, max: 6 }) })
  .chain(({ classes, samples }) =>
    fc.array(fc.array(distribution(classes), { minLength: samples, maxLength: samples }), {
      minLength: 1,
      maxLength: 5,
    }),
  );

describe('classUncertainty', () => {
  it('calls full disagreement of sure samples epistemic, and agreement on a coin aleatoric', () => {
    const { total_N, aleatoric_N, epistemic_N, variationRatio_N, margin_N, meanStd_N } =
      classUncertainty(
        momentsOf([
          [
            [1, 0],
            [0, 1],
          ],
          [
            [0.5, 0.5],
            [0.5, 0.5],
          ],
          [
            [1, 0],
            [1, 0],
          ],
        ]),
      );
    const ln2 = Math.log(2);
    for (const [n, total, aleatoric, epistemic] of [
      [0, ln2, 0, ln2],
      [1, ln2, ln2, 0],
      [2, 0, 0, 0],
    ] as const) {
      expect(total_N[n]).toBeCloseTo(total, 12);
      expect(aleatoric_N[n]).toBeCloseTo(aleatoric, 12);
      expect(epistemic_N[n]).toBeCloseTo(epistemic, 12);
    }
    expect([...variationRatio_N]).toEqual([0.5, 0, 0]);
    expect([...margin_N]).toEqual([0, 0, 1]);
    expect([...meanStd_N!]).toEqual([0.5, 0, 0]);
  });

  it('takes the entropy of the mean as total, not the mean of the entropies', () => {
    const sure = [
      [0.9, 0.1],
      [0.1, 0.9],
    ];
    const { total_N, aleatoric_N } = classUncertainty(momentsOf([sure]));
    expect(total_N[0]).toBeCloseTo(Math.log(2), 12);
    expect(aleatoric_N[0]).toBeCloseTo(-0.9 * Math.log(0.9) - 0.1 * Math.log(0.1), 12);
  });

  it('agrees with the slow twin on every column', () => {
    fc.assert(
      fc.property(pool, (probs) => {
        const fast = classUncertainty(momentsOf(probs));
        probs.forEach((probs_T_C, n) => {
          const slow = referenceUncertainty(probs_T_C);
          expect(fast.total_N[n]).toBeCloseTo(slow.total, 9);
          expect(fast.aleatoric_N[n]).toBeCloseTo(slow.aleatoric, 9);
          expect(fast.epistemic_N[n]).toBeCloseTo(slow.epistemic, 9);
          expect(fast.margin_N[n]).toBeCloseTo(slow.margin, 9);
          expect(fast.leastConfidence_N[n]).toBeCloseTo(slow.leastConfidence, 9);
          expect(fast.meanStd_N![n]).toBeCloseTo(slow.meanStd, 6);
        });
      }),
    );
  });

  it('keeps 0 <= epistemic <= total <= ln C, and adds up', () => {
    fc.assert(
      fc.property(pool, (probs) => {
        const u = classUncertainty(momentsOf(probs));
        const logC = Math.log(probs[0]![0]!.length);
        for (let n = 0; n < u.rows; n++) {
          expect(u.epistemic_N[n]).toBeGreaterThanOrEqual(0);
          expect(u.epistemic_N[n]).toBeLessThanOrEqual(u.total_N[n]! + 1e-12);
          expect(u.total_N[n]).toBeLessThanOrEqual(logC);
          expect(u.aleatoric_N[n]! + u.epistemic_N[n]!).toBeCloseTo(u.total_N[n]!, 12);
        }
      }),
    );
  });

  it('does not depend on the order of samples or classes', () => {
    fc.assert(
      fc.property(pool, (probs) => {
        const turned = probs.map((draws) =>
          [...draws].reverse().map((draw) => [...draw].reverse()),
        );
        const a = classUncertainty(momentsOf(probs));
        const b = classUncertainty(momentsOf(turned));
        for (let n = 0; n < a.rows; n++) {
          expect(b.epistemic_N[n]).toBeCloseTo(a.epistemic_N[n]!, 9);
          expect(b.margin_N[n]).toBeCloseTo(a.margin_N[n]!, 9);
        }
      }),
    );
  });

  it('accepts float32 rounding at the bounds and puts it onto them', () => {
    const third = Math.fround(1 / 3);
    const { epistemic_N, total_N } = classUncertainty({
      rows: 1,
      classes: 3,
      samples: 4,
      meanProbs_N_C: new Float32Array([third, third, third]),
      expectedEntropy_N: new Float32Array([Math.log(3) + 1e-6]),
      votes_N_C: new Float32Array([2, 1, 1]),
    });
    expect(epistemic_N[0]).toBe(0);
    expect(total_N[0]).toBeLessThanOrEqual(Math.log(3));
  });

  it.each<[string, string, Partial<PredictiveMoments>]>([
    [
      'a softmax over the flattened batch',
      'invalid_data',
      { meanProbs_N_C: [0.25, 0.25, 0.25, 0.25] },
    ],
    ['a negative probability', 'invalid_data', { meanProbs_N_C: [-0.5, 1.5, 0.5, 0.5] }],
    ['NaN', 'non_finite', { expectedEntropy_N: [Number.NaN, 0] }],
    ['an infinite vote', 'non_finite', { votes_N_C: [1, 0, Number.POSITIVE_INFINITY, 0] }],
    ['entropies of another pool', 'invalid_data', { expectedEntropy_N: [0.6, 5] }],
    ['a missing row', 'shape_mismatch', { meanProbs_N_C: [0.5, 0.5] }],
    ['no samples', 'invalid_argument', { samples: 0 }],
    ['one class', 'invalid_argument', { classes: 1 }],
  ])('refuses %s by name', (_, code, change) => {
    const moments = {
      rows: 2,
      classes: 2,
      samples: 1,
      meanProbs_N_C: [0.5, 0.5, 0.5, 0.5],
      expectedEntropy_N: [0.6, 0.6],
      votes_N_C: [1, 0, 1, 0],
      ...change,
    };
    expect(codeOf(() => classUncertainty(moments))).toBe(code);
  });

  it('refuses logits where log-probabilities are expected', () => {
    const logits = { rows: 1, samples: 1, classes: 2, logProbs_N_K_C: [3, -1] };
    expect(codeOf(() => momentsOfLogProbs(logits))).toBe('invalid_data');
    const broken = { ...logits, logProbs_N_K_C: [Number.NaN, 0] };
    expect(codeOf(() => momentsOfLogProbs(broken))).toBe('non_finite');
  });
});
