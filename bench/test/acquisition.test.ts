import { ADAPTIVE_RULES } from '@dubio/contracts/catalogue';
import { describe, expect, it } from 'vitest';
import { acquisitionBench } from '../src/acquisition/acquisition.bench.js';
import { syntheticPool } from '../src/acquisition/synthetic-pool.js';
import type { AdaptiveResult, RuleTime } from '../src/acquisition/time-rules.js';
import { summarise } from '../src/acquisition/time-rules.js';
import { parseInvocation } from '../src/framework/arguments.js';

describe('the acquisition bench', () => {
  it('times every rule from the same pool and says what adaptive sampling saves', async () => {
    const words =
      'acquisition --rows 120 --samples 12 --classes 3 --dimensions 6 --batch 4 --adaptive-rows 60 --adaptive-trials 2 --adaptive-first 6 --adaptive-queues 5 --out x.json';
    const invocation = parseInvocation(words.split(' '), [acquisitionBench]);
    if (invocation.kind !== 'run') throw new Error('expected a run');
    const result = await invocation.bench.run({ ...invocation, log: () => {} });
    const rules = result.rules as RuleTime[];
    expect(rules.map(({ rule }) => rule)).toContain('bait');
    for (const { timesBald } of rules) expect(timesBald).toBeGreaterThan(0);
    const adaptiveRuns = result.adaptiveRuns as AdaptiveResult[];
    expect(adaptiveRuns.map(({ rule }) => rule)).toEqual(ADAPTIVE_RULES);
    for (const { sameQueue, shareOfWork } of adaptiveRuns) {
      expect(sameQueue).toBe(1);
      expect(shareOfWork).toBeGreaterThan(0.5);
      expect(shareOfWork).toBeLessThanOrEqual(1);
    }
  });

  it('sums shards up to the pool, whose rows are distributions', () => {
    const pool = syntheticPool({ rows: 30, samples: 4, classes: 3, dimensions: 5 }, 1);
    const { moments } = summarise(pool);
    for (let n = 0; n < 30; n++) {
      const sum = Array.from(moments.meanProbs_N_C)
        .slice(3 * n, 3 * n + 3)
        .reduce((a, b) => a + b, 0);
      expect(sum).toBeCloseTo(1, 5);
    }
    expect(pool.logProbs([7], 2).logProbs_N_K_C[1]).toBe(
      pool.logProbs([3, 7]).logProbs_N_K_C[4 * 3 + 1],
    );
  });
});
