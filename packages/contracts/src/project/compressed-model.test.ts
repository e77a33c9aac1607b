import { describe, expect, it } from 'vitest';
import { chooseNetwork, compressedModelOf } from './compressed-model.js';
import { PoliciesPatch } from './policies.js';

const passed = { passed: true, reason: 'As good.' };

describe('the compressed model', () => {
  it('is used where it is wanted, passed its gate and was stored', () => {
    const compressed = compressedModelOf({ gate: passed, isStored: true });
    expect(compressed).toEqual({ usable: true, reason: 'As good.' });
    expect(chooseNetwork(true, compressed)).toEqual({ network: 'compressed', reason: null });
    expect(chooseNetwork(false, compressed)).toEqual({ network: 'full', reason: null });
  });

  it.each([
    ['there is none', { gate: null, isStored: false }, /has no compressed model/],
    ['it failed', { gate: { passed: false, reason: 'Errs.' }, isStored: true }, /^Errs\.$/],
    ['it was not stored', { gate: passed, isStored: false }, /start a round/],
  ])('leaves the full one in use where %s, and says so', (_, facts, reason) => {
    const compressed = compressedModelOf(facts);
    expect(compressed.usable).toBe(false);
    expect(chooseNetwork(true, compressed)).toEqual({
      network: 'full',
      reason: expect.stringMatching(reason),
    });
  });
});

describe('a change of policies', () => {
  it('holds what was written and nothing else', () => {
    expect(PoliciesPatch.parse({ useCompressedModel: true })).toEqual({ useCompressedModel: true });
  });
});
