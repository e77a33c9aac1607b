import { describe, expect, it } from 'vitest';
import { fieldsUncertainty } from './fields-uncertainty.js';
import { type NumberUncertainty, numberInformation } from './number-uncertainty.js';

const number = (epistemic: number[], aleatoric: number[]): NumberUncertainty => ({
  kind: 'number',
  rows: epistemic.length,
  epistemic_N: Float64Array.from(epistemic),
  aleatoric_N: Float64Array.from(aleatoric),
  total_N: Float64Array.from(epistemic, (e, i) => e + aleatoric[i]!),
});

describe('numberInformation', () => {
  it('is 1/2 ln(1 + e/a), and half a bit where uncertainty and noise are equal', () => {
    const { epistemic_N, aleatoric_N } = numberInformation(number([0, 4, 12], [4, 4, 4]), 2);
    expect(epistemic_N[0]).toBe(0);
    expect(epistemic_N[1]).toBeCloseTo(0.5 * Math.LN2, 12);
    expect(epistemic_N[2]).toBeCloseTo(Math.LN2, 12);
    expect(aleatoric_N[0]).toBeCloseTo(0.5 * Math.LN2, 12);
  });

  it('does not depend on the unit of the number', () => {
    const metres = numberInformation(number([0.3], [0.1]), 2);
    const millimetres = numberInformation(number([0.3e6], [0.1e6]), 2e3);
    expect(millimetres.epistemic_N[0]).toBeCloseTo(metres.epistemic_N[0]!, 12);
    expect(millimetres.aleatoric_N[0]).toBeCloseTo(metres.aleatoric_N[0]!, 12);
  });

  it('refuses uncertainty without noise', () => {
    expect(numberInformation(number([0], [0]), 1).epistemic_N[0]).toBe(0);
    expect(() => numberInformation(number([1], [0]), 1)).toThrow(/infinitely much to learn/);
  });
});

describe('fieldsUncertainty', () => {
  it('adds the information of all fields up, and the order of fields does not matter', () => {
    const price = { uncertainty: number([3, 0], [1, 1]), deviation: 1 };
    const kind = {
      uncertainty: {
        kind: 'choices' as const,
        rows: 2,
        choices: 1,
        total_N: Float64Array.of(0.5, 0.6),
        aleatoric_N: Float64Array.of(0.2, 0.1),
        epistemic_N: Float64Array.of(0.3, 0.5),
        total_N_L: Float64Array.of(0.5, 0.6),
        aleatoric_N_L: Float64Array.of(0.2, 0.1),
        epistemic_N_L: Float64Array.of(0.3, 0.5),
      },
      deviation: 1,
    };
    const uncertainty = fieldsUncertainty([price, kind]);
    expect(uncertainty.epistemic_N[0]).toBeCloseTo(Math.LN2 + 0.3, 12);
    expect(uncertainty.epistemic_N[1]).toBeCloseTo(0.5, 12);
    expect(uncertainty.total_N[0]).toBeCloseTo(
      uncertainty.epistemic_N[0]! + uncertainty.aleatoric_N[0]!,
      12,
    );
    expect(fieldsUncertainty([kind, price]).epistemic_N).toEqual(uncertainty.epistemic_N);
  });
});
