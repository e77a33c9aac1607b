import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Backoff, retry } from './index.js';

afterEach(() => vi.restoreAllMocks());

describe('Backoff', () => {
  it('doubles up to the longest wait, and begins anew when something worked', () => {
    const backoff = new Backoff({ firstMs: 100, mostMs: 350 });
    expect([backoff.next(), backoff.next(), backoff.next(), backoff.next()]).toEqual([
      100, 200, 350, 350,
    ]);
    backoff.reset();
    expect(backoff.next()).toBe(100);
  });

  it('leaves a share of each wait to chance, and doubles all the same', () => {
    vi.spyOn(Math, 'random').mockReturnValueOnce(1).mockReturnValueOnce(0);
    const backoff = new Backoff({ firstMs: 100, mostMs: 1000, spread: 0.5 });
    expect([backoff.next(), backoff.next()]).toEqual([50, 200]);
  });
});

describe('retry', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  const passing = new Error('passing');
  const options = { firstMs: 10, mostMs: 40, tries: 3, isPassing: (e: unknown) => e === passing };

  it('waits and tries again what passes', async () => {
    const work = vi.fn().mockRejectedValueOnce(passing).mockResolvedValueOnce('done');
    const result = retry(work, options);
    await vi.advanceTimersByTimeAsync(9);
    expect(work).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(await result).toBe('done');
  });

  it('gives up after the last try, with its error', async () => {
    const work = vi.fn().mockRejectedValue(passing);
    const result = retry(work, options);
    const failed = expect(result).rejects.toBe(passing);
    await vi.advanceTimersByTimeAsync(1000);
    await failed;
    expect(work).toHaveBeenCalledTimes(3);
  });

  it('does not try again what does not pass', async () => {
    const lasting = new Error('lasting');
    const work = vi.fn().mockRejectedValue(lasting);
    await expect(retry(work, options)).rejects.toBe(lasting);
    expect(work).toHaveBeenCalledTimes(1);
  });
});
