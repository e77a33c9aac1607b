import { describe, expect, it } from 'vitest';
import { PoliciesPatch } from './policies.js';
import { chooseNetwork, smallNetworkOf } from './small-network.js';

const passed = { passed: true, reason: 'As good.' };

describe('the smaller network of a model', () => {
  it('is used where it is wanted, passed its gate and was stored', () => {
    const small = smallNetworkOf({ gate: passed, isStored: true });
    expect(small).toEqual({ usable: true, reason: 'As good.' });
    expect(chooseNetwork(true, small)).toEqual({ network: 'small', reason: null });
    expect(chooseNetwork(false, small)).toEqual({ network: 'full', reason: null });
  });

  it.each([
    ['there is none', { gate: null, isStored: false }, /has no smaller network/],
    ['it failed', { gate: { passed: false, reason: 'Errs.' }, isStored: true }, /^Errs\.$/],
    ['it was not stored', { gate: passed, isStored: false }, /start a round/],
  ])('leaves the full one in use where %s, and says so', (_, facts, reason) => {
    const small = smallNetworkOf(facts);
    expect(small.usable).toBe(false);
    expect(chooseNetwork(true, small)).toEqual({
      network: 'full',
      reason: expect.stringMatching(reason),
    });
  });
});

describe('a change of policies', () => {
  it('holds what was written and nothing else', () => {
    expect(PoliciesPatch.parse({ useSmallNetwork: true })).toEqual({ useSmallNetwork: true });
  });
});
