import { describe, expect, it, vi } from 'vitest';
import { ClaimLostError, holdClaim } from './hold-claim.js';

describe('holdClaim', () => {
  const signal = new AbortController().signal;

  it('stops the work when the claim is not renewed', async () => {
    const work = (stop: AbortSignal) =>
      new Promise((_, reject) => {
        stop.addEventListener('abort', () => reject(stop.reason), { once: true });
      });
    await expect(
      holdClaim({ renew: async () => false, everyMs: 5, signal }, work),
    ).rejects.toBeInstanceOf(ClaimLostError);
  });

  it('goes on while the database does not answer, and never renews twice at a time', async () => {
    const renew = vi.fn(() => Promise.reject(new Error('connection refused')));
    const work = async (stop: AbortSignal) => {
      const often = () => expect(renew.mock.calls.length).toBeGreaterThan(2);
      await vi.waitFor(often, { timeout: 20_000 });
      return stop.aborted;
    };
    expect(await holdClaim({ renew, everyMs: 5, signal }, work)).toBe(false);
  });
});
