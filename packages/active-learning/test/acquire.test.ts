import { RULE_NAMES } from '@dubio/contracts/catalogue';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acquire, rankPool } from '../src/acquisition/acquire.js';
import { getRule, scoreItems } from '../src/acquisition/rules.js';
import { CLASSES, numberRequest, requestFor } from './acquire-requests.js';

const pool = fc.array(fc.nat(7), { minLength: 1, maxLength: 25 });

describe.each(RULE_NAMES)('acquisition rule %s', (rule) => {
  it('gives distinct positions of the pool, as many as asked or as there are', () => {
    fc.assert(
      fc.property(pool, fc.nat(), (prototypes, seed) => {
        const { indices, scores } = acquire(requestFor(rule, prototypes, seed));
        expect(new Set(indices).size).toBe(Math.min(4, prototypes.length));
        expect(scores.length).toBe(indices.length);
        for (const n of indices) {
          expect(n).toBeGreaterThanOrEqual(0);
          expect(n).toBeLessThan(prototypes.length);
        }
      }),
    );
  });

  it('scores within its bounds', () => {
    const inNats = /entropy|bald/.test(rule) || getRule(rule).ordering === 'joint';
    const bound = inNats
      ? Math.log(CLASSES)
      : getRule(rule).kinds.includes('class')
        ? 1
        : Number.POSITIVE_INFINITY;
    fc.assert(
      fc.property(pool, (prototypes) => {
        const { uncertainty } = requestFor(rule, prototypes, 0);
        for (const score of Array.from(scoreItems(rule, uncertainty!))) {
          expect(score).toBeGreaterThanOrEqual(0);
          expect(score).toBeLessThanOrEqual(bound);
        }
      }),
    );
  });

  it('picks the same items however the pool is ordered, when items carry keys', () => {
    const items = Array.from({ length: 20 }, (_, i) => i);
    fc.assert(
      fc.property(
        fc.shuffledSubarray(items, { minLength: items.length }),
        fc.nat(),
        (order, seed) => {
          const pick = (keys: number[]) => {
            const prototypes = keys.map((key) => key % 8);
            const request = requestFor(rule, prototypes, seed);
            const { indices } = acquire({ ...request, keys_N: keys });
            return Array.from(indices, (n) => keys[n]!);
          };
          expect(pick(order)).toEqual(pick(items));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('repeats itself for a seed, 0 included', () => {
    const prototypes = Array.from({ length: 25 }, (_, i) => i % 6);
    for (const seed of [0, 1, 2 ** 40])
      expect(acquire(requestFor(rule, prototypes, seed))).toEqual(
        acquire(requestFor(rule, prototypes, seed)),
      );
  });

  it('ranks a queue whose head is its batch, without a double', () => {
    const prototypes = Array.from({ length: 25 }, (_, i) => i % 6);
    const request = requestFor(rule, prototypes, 3);
    const { indices } = rankPool({ ...request, queueSize: 25 });
    expect([...indices.subarray(0, 4)]).toEqual([...acquire(request).indices]);
    expect(new Set(indices).size).toBe(25);
  });

  it('refuses non-finite scores by name', () => {
    const scores_N = [0.1, Number.NaN, 0.3];
    expect(() => acquire({ rule, batchSize: 1, seed: 0, scores_N })).toThrow(/holds NaN at 1/);
  });
});

describe.each(
  RULE_NAMES.filter((rule) => {
    const { kinds, ordering } = getRule(rule);
    return ordering === 'joint' && kinds.includes('number');
  }),
)('rule %s on numbers', (rule) => {
  const items = Array.from({ length: 20 }, (_, i) => i);

  it('picks distinct items, the same however the pool is ordered', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(items, { minLength: items.length }),
        fc.nat(),
        (order, seed) => {
          const pick = (keys: number[]) => {
            const prototypes = keys.map((key) => key % 8);
            const { indices } = acquire({
              ...numberRequest(rule, prototypes, seed),
              keys_N: keys,
            });
            return Array.from(indices, (n) => keys[n]!);
          };
          const picked = pick(order);
          expect(new Set(picked).size).toBe(4);
          expect(picked).toEqual(pick(items));
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe.each(RULE_NAMES.filter((rule) => getRule(rule).ordering === 'joint'))(
  'joint rule %s',
  (rule) => {
    it('refuses to guess what it needs, and gives what each pick was worth, never below 0', () => {
      const request = requestFor(rule, [0, 1, 2, 3, 4, 5], 0);
      for (const gain of acquire(request).scores) expect(gain).toBeGreaterThanOrEqual(0);
      const { candidates: _c, described: _d, ...bare } = request;
      expect(() => acquire(bare)).toThrow(new RegExp(`${rule} needs`));
    });

    it('takes every item of a pool of copies, lowest key first among equals', () => {
      const { indices } = acquire({
        ...requestFor(rule, Array(6).fill(3), 1),
        keys_N: [5, 4, 3, 2, 1, 0],
      });
      expect(new Set(indices).size).toBe(4);
      if (getRule(rule).needs !== 'inputs') expect(indices[0]).toBe(5);
    });
  },
);
