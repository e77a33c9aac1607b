import { Sequence, stream } from '@dubio/bayes-core/pure';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classUncertainty } from '../uncertainty/class-uncertainty.js';
import { type LogProbs, momentsOfLogProbs } from '../uncertainty/predictive-moments.js';
import { batchBald } from './batch-bald.js';
import { referenceBatchBald, referenceJointInformation } from './batch-bald.reference.js';

type Probs = number[][][];

function randomProbs(
  seed: number,
  { rows, samples, classes }: Omit<LogProbs, 'logProbs_N_K_C'>,
): Probs {
  const draws = new Sequence(stream(seed));
  return Array.from({ length: rows }, () => {
    const sharpness = 4 * draws.uniform();
    return Array.from({ length: samples }, () => {
      const weights = Array.from({ length: classes }, () => Math.exp(sharpness * draws.uniform()));
      const sum = weights.reduce((a, b) => a + b, 0);
      return weights.map((w) => w / sum);
    });
  });
}

const logProbsOf = (probs: Probs): LogProbs => ({
  rows: probs.length,
  samples: probs[0]!.length,
  classes: probs[0]![0]!.length,
  logProbs_N_K_C: Float64Array.from(probs.flat(2), Math.log),
});

const sum = (values: Iterable<number>) => [...values].reduce((a, b) => a + b, 0);

describe('batchBald', () => {
  it('with b = 1 is BALD', () => {
    const probs = randomProbs(1, { rows: 30, samples: 7, classes: 4 });
    const candidates = logProbsOf(probs);
    const { epistemic_N } = classUncertainty(momentsOfLogProbs(candidates));
    const { positions, gainsNats } = batchBald({ candidates, batchSize: 1, seed: 0 });
    const best = epistemic_N.indexOf(Math.max(...epistemic_N));
    expect([...positions]).toEqual([best]);
    expect(gainsNats[0]).toBeCloseTo(epistemic_N[best]!, 12);
  });

  it('picks what brute force picks, and its gains add up to the joint information', () => {
    fc.assert(
      fc.property(
        fc.record({
          seed: fc.nat(),
          rows: fc.integer({ min: 1, max: 7 }),
          samples: fc.integer({ min: 1, max: 6 }),
          classes: fc.integer({ min: 2, max: 3 }),
          batchSize: fc.integer({ min: 0, max: 4 }),
        }),
        ({ seed, batchSize, ...shape }) => {
          const probs = randomProbs(seed, shape);
          const result = batchBald({ candidates: logProbsOf(probs), batchSize, seed: 0 });
          const batch = [...result.positions];
          const information = referenceJointInformation(batch.map((i) => probs[i]!));
          expect(sum(result.gainsNats)).toBeCloseTo(information, 9);
          if (shape.samples > 1) expect(batch).toEqual(referenceBatchBald(probs, batchSize));
          expect(result.exactPicks).toBe(batch.length);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('does not pick the twin of an item it already has, where top-k BALD does', () => {
    const [a, b] = [
      [
        [0.99, 0.01],
        [0.01, 0.99],
        [0.99, 0.01],
        [0.01, 0.99],
      ],
      [
        [0.9, 0.1],
        [0.9, 0.1],
        [0.1, 0.9],
        [0.1, 0.9],
      ],
    ];
    const { positions } = batchBald({
      candidates: logProbsOf([a!, a!, a!, b!]),
      batchSize: 2,
      seed: 0,
    });
    expect([...positions]).toEqual([0, 3]);
  });

  it('drawn joint answers agree with enumerated ones', () => {
    const probs = randomProbs(3, { rows: 40, samples: 10, classes: 3 });
    const candidates = logProbsOf(probs);
    const exact = batchBald({ candidates, batchSize: 6, seed: 0 });
    const drawn = batchBald({
      candidates,
      batchSize: 6,
      seed: 0,
      options: { maxExactConfigurations: 3, sampledConfigurations: 20_000 },
    });
    expect(exact.exactPicks).toBe(6);
    expect(drawn.exactPicks).toBe(2);
    // Standard error of one gain is below ln 3 / sqrt(20,000) = .008; five are drawn; 5 errors
    // allowed.
    expect(Math.abs(sum(drawn.gainsNats) - sum(exact.gainsNats))).toBeLessThan(0.04);
    const information = (positions: Int32Array) =>
      referenceJointInformation([...positions].map((i) => probs[i]!));
    expect(information(drawn.positions)).toBeGreaterThan(0.98 * information(exact.positions));
  });

  it('draws many joint answers for each posterior sample, not one', () => {
    const candidates = logProbsOf(randomProbs(4, { rows: 12, samples: 5, classes: 3 }));
    const { configurations } = batchBald({
      candidates,
      batchSize: 5,
      seed: 0,
      options: { maxExactConfigurations: 1, sampledConfigurations: 1_001 },
    });
    expect(configurations).toBe(1_005);
  });

  it('looks at few candidates again, thanks to the bound', () => {
    const rows = 400;
    const candidates = logProbsOf(randomProbs(5, { rows, samples: 8, classes: 3 }));
    const { evaluations } = batchBald({ candidates, batchSize: 5, seed: 0 });
    expect(evaluations).toBeLessThan(2 * rows);
  });

  it('repeats itself for a seed, 0 included, and differs between seeds when drawing', () => {
    const candidates = logProbsOf(randomProbs(6, { rows: 60, samples: 6, classes: 4 }));
    const options = { maxExactConfigurations: 4, sampledConfigurations: 60 };
    const run = (seed: number) => [
      ...batchBald({ candidates, batchSize: 8, seed, options }).gainsNats,
    ];
    expect(run(0)).toEqual(run(0));
    expect(run(0)).not.toEqual(run(1));
  });

  it('handles certain answers and items without uncertainty', () => {
    const certain: Probs = Array.from({ length: 4 }, () => [
      [1, 0],
      [1, 0],
    ]);
    const { positions, gainsNats } = batchBald({
      candidates: logProbsOf(certain),
      batchSize: 3,
      seed: 0,
    });
    expect([...positions]).toEqual([0, 1, 2]);
    expect([...gainsNats]).toEqual([0, 0, 0]);
  });

  it('refuses rows that are not distributions', () => {
    const logProbs_N_K_C = Float64Array.from([-0.1, -0.1, -3, -3], (x) => x);
    const candidates = { rows: 1, samples: 2, classes: 2, logProbs_N_K_C };
    expect(() => batchBald({ candidates, batchSize: 1, seed: 0 })).toThrow(/not distributions/);
  });
});
