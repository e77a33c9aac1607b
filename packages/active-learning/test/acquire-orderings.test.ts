import { RULE_NAMES } from '@dubio/contracts/catalogue';
import { describe, expect, it } from 'vitest';
import { type AcquireRequest, acquire, selectCandidates } from '../src/acquisition/acquire.js';
import { getRule } from '../src/acquisition/rules.js';
import { classUncertainty } from '../src/uncertainty/class-uncertainty.js';
import { momentsOfLogProbs } from '../src/uncertainty/predictive-moments.js';
import { logProbsOf, numbersOf, requestFor } from './acquire-requests.js';

describe('deterministic rules', () => {
  it.each(RULE_NAMES.filter((rule) => getRule(rule).ordering === 'greatest'))(
    '%s breaks ties by position',
    (rule) => {
      const { indices } = acquire(requestFor(rule, Array(9).fill(3), 0));
      expect([...indices]).toEqual([0, 1, 2, 3]);
    },
  );

  it('know their answers', () => {
    // Sure; a coin all samples agree on; samples that are each sure of another answer.
    const probs = [
      [
        [1, 0],
        [1, 0],
      ],
      [
        [0.5, 0.5],
        [0.5, 0.5],
      ],
      [
        [1, 0],
        [0.02, 0.98],
      ],
    ];
    const logProbs = {
      rows: 3,
      samples: 2,
      classes: 2,
      logProbs_N_K_C: Float64Array.from(probs.flat(2), Math.log),
    };
    const uncertainty = classUncertainty(momentsOfLogProbs(logProbs));
    const order = (rule: string) => [
      ...acquire({ rule, batchSize: 3, seed: 0, uncertainty }).indices,
    ];
    expect(order('entropy')).toEqual([1, 2, 0]);
    expect(order('margin')).toEqual([1, 2, 0]);
    expect(order('least-confidence')).toEqual([1, 2, 0]);
    expect(order('bald')).toEqual([2, 0, 1]);
    expect(order('variation-ratios')).toEqual([2, 0, 1]);
    expect(order('mean-std')).toEqual([2, 0, 1]);
  });
});

describe('stochastic rules', () => {
  const scores_N = [0.1, 0.2, 0.3, 0.4];
  const firstPicks = (rule: string, beta: number, runs: number) => {
    const counts = [0, 0, 0, 0];
    for (let seed = 0; seed < runs; seed++)
      counts[acquire({ rule, batchSize: 1, seed, scores_N, options: { beta } }).indices[0]!]! += 1;
    return counts;
  };

  // Chi-square with 3 degrees of freedom exceeds 21.1 once in 10,000 times; the seeds are fixed.
  it.each<[string, number, (s: number) => number]>([
    ['random', 8, () => 1],
    ['power-bald', 1, (s) => s],
    ['power-bald', 3, (s) => s ** 3],
    ['power-variance', 1, (s) => s],
    ['softmax-bald', 2, (s) => Math.exp(2 * s)],
    ['softmax-bald', 0, () => 1],
    ['power-entropy', 2, (s) => s ** 2],
    ['softmax-margin', 3, (s) => Math.exp(3 * s)],
    ['softrank-bald', 1, (s) => 1 / (5 - 10 * s)],
    ['softrank-margin', 2, (s) => 1 / (5 - 10 * s) ** 2],
    ['softrank-variance', 1, (s) => 1 / (5 - 10 * s)],
  ])('%s with beta %d draws with the stated chances', (rule, beta, weight) => {
    const runs = 4_000;
    const weights = scores_N.map(weight);
    const total = weights.reduce((a, b) => a + b, 0);
    const chiSquare = firstPicks(rule, beta, runs).reduce((sum, count, i) => {
      const expected = (runs * weights[i]!) / total;
      return sum + (count - expected) ** 2 / expected;
    }, 0);
    expect(chiSquare).toBeLessThan(21.1);
  });

  it('have the beta of their own kind when none is given: 8, and 1 for ranks', () => {
    const drawn = (rule: string, options: { beta?: number }) =>
      Array.from({ length: 50 }, (_, seed) => [
        ...acquire({ rule, batchSize: 4, seed, scores_N, options }).indices,
      ]);
    for (const [rule, beta, other] of [
      ['power-bald', 8, 1],
      ['softmax-bald', 8, 1],
      ['softrank-bald', 1, 8],
    ] as const) {
      expect(drawn(rule, {})).toEqual(drawn(rule, { beta }));
      expect(drawn(rule, {})).not.toEqual(drawn(rule, { beta: other }));
    }
  });

  it('become top-k for a large beta', () => {
    for (const rule of ['power-bald', 'softmax-bald', 'softrank-bald'])
      expect([
        ...acquire({ rule, batchSize: 4, seed: 5, scores_N, options: { beta: 1e6 } }).indices,
      ]).toEqual([3, 2, 1, 0]);
  });

  it('of ranks do not change when the scores are stretched', () => {
    const run = (stretch: number, seed: number) => [
      ...acquire({
        rule: 'softrank-bald',
        batchSize: 4,
        seed,
        scores_N: scores_N.map((s) => stretch * s),
        options: { beta: 1 },
      }).indices,
    ];
    for (let seed = 0; seed < 20; seed++) expect(run(100, seed)).toEqual(run(1, seed));
  });

  it('take items without any uncertainty last', () => {
    const { indices } = acquire({
      rule: 'power-bald',
      batchSize: 4,
      seed: 1,
      scores_N: [0, 0.1, 0, 0.2],
    });
    expect([...indices].slice(2)).toEqual([0, 2]);
  });

  it('give an item the same chance in any shard, by its key', () => {
    const all = acquire({
      rule: 'random',
      batchSize: 100,
      seed: 0,
      scores_N: new Float64Array(100),
    });
    const keys_N = Array.from({ length: 50 }, (_, i) => 50 + i);
    const shard = acquire({
      rule: 'random',
      batchSize: 50,
      seed: 0,
      scores_N: new Float64Array(50),
      keys_N,
    });
    expect(Array.from(shard.indices, (n) => n + 50)).toEqual(
      [...all.indices].filter((n) => n >= 50),
    );
  });
});

describe('joint rules and their candidates', () => {
  const prototypes = Array.from({ length: 30 }, (_, i) => i);
  const everything = logProbsOf(prototypes, 2);
  const uncertainty = classUncertainty(momentsOfLogProbs(everything));
  const some = (positions: number[]) => ({
    ...logProbsOf(
      positions.map((n) => prototypes[n]!),
      2,
    ),
    positions_M: positions,
  });
  const run = (positions: number[]) =>
    acquire({
      rule: 'batch-bald',
      batchSize: 3,
      seed: 0,
      uncertainty,
      candidates: some(positions),
    });

  it('answer with positions of the pool, not with rows of the candidates', () => {
    const { indices } = run([29, 17, 23, 11]);
    for (const n of indices) expect([29, 17, 23, 11]).toContain(n);
  });

  it('are exact over the pool when the bound says that nothing was missed', () => {
    const candidates = [...selectCandidates(uncertainty.epistemic_N, 20)];
    const few = run(candidates);
    const all = run(prototypes);
    expect(few.missedAtMostNats).toBe(0);
    expect(few).toEqual(all);
  });

  it('say by how much they may have missed the best when the candidates are too few', () => {
    const worst = [...selectCandidates(uncertainty.epistemic_N, 30)].slice(-3);
    expect(run(worst).missedAtMostNats).toBeGreaterThan(0);
  });

  it('refuse positions that are not of the pool, or named twice', () => {
    expect(() =>
      acquire({
        rule: 'batch-bald',
        batchSize: 1,
        seed: 0,
        uncertainty,
        candidates: { ...some([1, 2]), positions_M: [1, 30] },
      }),
    ).toThrow(/distinct positions of a pool of 30, got 30/);
    expect(() => run([4, 4])).toThrow(/distinct positions/);
    expect(() => acquire({ rule: 'batch-bald', batchSize: 1, seed: 0, uncertainty })).toThrow(
      /selectCandidates/,
    );
  });
});

describe('requests that do not fit', () => {
  const numbers = numbersOf([1, 2, 3]);
  const base = { batchSize: 1, seed: 0 };
  it.each<[string, AcquireRequest, RegExp]>([
    ['an unknown rule', { ...base, rule: 'toString', scores_N: [1] }, /no acquisition rule/],
    [
      'BALD on numbers',
      { ...base, rule: 'bald', uncertainty: numbers },
      /orders pools of class or choices or fields answers, got a pool of number answers/,
    ],
    ['neither scores nor uncertainty', { ...base, rule: 'bald' }, /either/],
    [
      'a negative beta',
      { ...base, rule: 'power-bald', scores_N: [1], options: { beta: -1 } },
      /beta/,
    ],
    ['a negative score under power', { ...base, rule: 'power-bald', scores_N: [-1] }, />= 0/],
    ['a key that is no key', { ...base, rule: 'random', scores_N: [1], keys_N: [0.5] }, /keys_N/],
    [
      'a fractional batch',
      { ...base, rule: 'random', scores_N: [1], batchSize: 1.5 },
      /whole number/,
    ],
    ['a fractional seed', { ...base, rule: 'random', scores_N: [1], seed: 0.5 }, /seed/],
  ])('refuse %s', (_, request, message) => {
    expect(() => acquire(request)).toThrow(message);
  });
});
