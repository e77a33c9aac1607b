import { CHANCE_RULES } from '@dubio/contracts/catalogue';
import { describe, expect, it } from 'vitest';
import { rankPool } from './acquire.js';
import { drawChances } from './draw-chances.js';
import { getRule } from './rules.js';

const scores_N = [0.2, 0.9, 0.05, 0.4, 0.31, 0.6, 0.12];
const keys_N = [5, 3, 9, 1, 12, 7, 20];

/** The weights themselves, and their sum over what is open, place by place. */
function slowChances(weights: readonly number[], drawn: readonly number[], without: number[]) {
  const open = new Set(weights.keys());
  for (const n of without) open.delete(n);
  return drawn.map((n) => {
    const total = [...open].reduce((sum, other) => sum + weights[other]!, 0);
    const found = { chance: weights[n]! / total, among: open.size };
    open.delete(n);
    return found;
  });
}

const ranks = scores_N.map((s) => 1 + scores_N.filter((other) => other > s).length);

describe('drawChances', () => {
  it.each([
    ['power-bald', 2, scores_N.map((s) => s ** 2)],
    ['softmax-bald', 3, scores_N.map((s) => Math.exp(3 * s))],
    ['softrank-bald', 1.5, ranks.map((r) => r ** -1.5)],
    ['power-bald', 0, scores_N.map(() => 1)],
    ['random', undefined, scores_N.map(() => 1)],
  ] as const)(
    'of %s (beta %s) are weights over the sums of what was open',
    (rule, beta, weights) => {
      const drawn = [4, 1, 0, 6];
      const found = drawChances({ rule, beta, scores_N, keys_N, drawn, without: [3] })!;
      slowChances(weights, drawn, [3]).forEach(({ chance, among }, r) => {
        expect(found.chances[r]).toBeCloseTo(chance, 12);
        expect(found.among[r]).toBe(among);
      });
    },
  );

  it('are how often rankPool draws what it draws', () => {
    const trials = 20_000;
    const weights = scores_N.map((s) => s ** 2);
    const total = weights.reduce((a, b) => a + b);
    const first = new Array<number>(scores_N.length).fill(0);
    let inverse = 0;
    for (let seed = 0; seed < trials; seed++) {
      const { indices } = rankPool({
        rule: 'power-bald',
        batchSize: 3,
        queueSize: 3,
        seed,
        scores_N,
        options: { beta: 2 },
      });
      first[indices[0]!]! += 1 / trials;
      const { chances } = drawChances({ rule: 'power-bald', beta: 2, scores_N, drawn: indices })!;
      inverse += 1 / chances[2]! / trials;
    }
    weights.forEach((weight, n) => {
      const chance = weight / total;
      // 4.9 standard errors: a false alarm below 1e-6; seeds are fixed.
      expect(Math.abs(first[n]! - chance)).toBeLessThan(
        4.9 * Math.sqrt((chance * (1 - chance)) / trials),
      );
    });
    // E[1/q] of the third draw is the number that was open: 5.
    expect(Math.abs(inverse - 5)).toBeLessThan(0.35);
  });

  it('tell a place that no chance decided', () => {
    const found = drawChances({ rule: 'power-bald', scores_N: [1, 0, 0], drawn: [0, 1, 2] })!;
    expect([...found.chances]).toEqual([1, Number.NaN, Number.NaN]);
  });

  it('do not overflow where weights differ by hundreds of powers', () => {
    const request = { scores_N: [1e-300, 1, 1e-280], drawn: [1, 2, 0] };
    const { chances } = drawChances({ rule: 'power-bald', beta: 8, ...request })!;
    expect([...chances]).toEqual([1, 1, 1]);
  });

  it('are null under rules that take the greatest, or pick jointly', () => {
    expect(drawChances({ rule: 'bald', scores_N, drawn: [1] })).toBeNull();
    expect(drawChances({ rule: 'batch-bald', scores_N, drawn: [1] })).toBeNull();
    for (const rule of CHANCE_RULES)
      expect(['uniform', 'power', 'softmax', 'softrank']).toContain(getRule(rule).ordering);
    expect(CHANCE_RULES).toContain('power-variance');
  });

  it('refuse an item that comes twice, or was taken out', () => {
    expect(() => drawChances({ rule: 'random', scores_N, drawn: [1, 1] })).toThrow(/place 1/);
    expect(() => drawChances({ rule: 'random', scores_N, drawn: [2], without: [2] })).toThrow(
      /item 2/,
    );
  });
});
