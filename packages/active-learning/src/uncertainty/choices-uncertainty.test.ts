import { NumericsError } from '@dubio/bayes-core/pure';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { choicesUncertainty } from './choices-uncertainty.js';
import { referenceUncertainty } from './class-uncertainty.reference.js';

/** probs[n][t][l] -> moments. */
function sumsOf(probs_N_T_L: number[][][]) {
  const [rows, samples, choices] = [
    probs_N_T_L.length,
    probs_N_T_L[0]!.length,
    probs_N_T_L[0]![0]!.length,
  ];
  const entropy = (p: number) => [p, 1 - p].reduce((h, q) => (q > 0 ? h - q * Math.log(q) : h), 0);
  const mean = (f: (p: number) => number) =>
    probs_N_T_L.flatMap((draws) =>
      Array.from(
        { length: choices },
        (_, l) => draws.reduce((sum, d) => sum + f(d[l]!), 0) / samples,
      ),
    );
  const meanProbs_N_L = mean((p) => p);
  return { rows, samples, choices, meanProbs_N_L, expectedEntropy_N_L: mean(entropy) };
}

const pool = fc
  .record({ choices: fc.integer({ min: 1, max: 4 }), samples: fc.integer({ min: 1, max: 5 }) })
  .chain(({ choices, samples }) =>
    fc.array(
      fc.array(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
          minLength: choices,
          maxLength: choices,
        }),
        { minLength: samples, maxLength: samples },
      ),
      { minLength: 1, maxLength: 4 },
    ),
  );

describe('choicesUncertainty', () => {
  it('sums what is known of each choice: samples that disagree, a coin, a sure answer', () => {
    const uncertainty = choicesUncertainty(
      sumsOf([
        [
          [1, 0.5, 0],
          [0, 0.5, 0],
        ],
      ]),
    );
    const ln2 = Math.LN2;
    expect([...uncertainty.epistemic_N_L]).toEqual([ln2, 0, 0]);
    expect([...uncertainty.aleatoric_N_L]).toEqual([0, ln2, 0]);
    expect(uncertainty.epistemic_N[0]).toBeCloseTo(ln2, 12);
    expect(uncertainty.aleatoric_N[0]).toBeCloseTo(ln2, 12);
    expect(uncertainty.total_N[0]).toBeCloseTo(2 * ln2, 12);
  });

  it('is for each choice the uncertainty about two classes', () => {
    fc.assert(
      fc.property(pool, (probs) => {
        const uncertainty = choicesUncertainty(sumsOf(probs));
        probs.forEach((draws, n) => {
          for (let l = 0; l < uncertainty.choices; l++) {
            const slow = referenceUncertainty(draws.map((d) => [d[l]!, 1 - d[l]!]));
            const at = n * uncertainty.choices + l;
            expect(uncertainty.total_N_L[at]).toBeCloseTo(slow.total, 9);
            expect(uncertainty.aleatoric_N_L[at]).toBeCloseTo(slow.aleatoric, 9);
            expect(uncertainty.epistemic_N_L[at]).toBeCloseTo(slow.epistemic, 9);
          }
        });
      }),
    );
  });

  it('keeps every choice within ln 2, and adds up', () => {
    fc.assert(
      fc.property(pool, (probs) => {
        const uncertainty = choicesUncertainty(sumsOf(probs));
        uncertainty.total_N_L.forEach((total, i) => {
          expect(total).toBeLessThanOrEqual(Math.LN2);
          expect(uncertainty.epistemic_N_L[i]).toBeGreaterThanOrEqual(0);
          expect(uncertainty.epistemic_N_L[i]).toBeLessThanOrEqual(total + 1e-12);
        });
        uncertainty.total_N.forEach((total, n) => {
          expect(uncertainty.aleatoric_N[n]! + uncertainty.epistemic_N[n]!).toBeCloseTo(total, 9);
          expect(total).toBeLessThanOrEqual(uncertainty.choices * Math.LN2 + 1e-12);
        });
      }),
    );
  });

  it.each([
    ['an entropy above ln 2', { expectedEntropy_N_L: [0.9] }],
    ['a probability above 1', { meanProbs_N_L: [1.1] }],
    ['an entropy above that of the mean', { meanProbs_N_L: [0.99], expectedEntropy_N_L: [0.5] }],
    ['one value too many', { meanProbs_N_L: [0.5, 0.5] }],
  ])('refuses %s', (_what, wrong) => {
    const fine = {
      rows: 1,
      samples: 2,
      choices: 1,
      meanProbs_N_L: [0.5],
      expectedEntropy_N_L: [0.2],
    };
    expect(() => choicesUncertainty(fine)).not.toThrow();
    expect(() => choicesUncertainty({ ...fine, ...wrong })).toThrow(NumericsError);
  });
});
