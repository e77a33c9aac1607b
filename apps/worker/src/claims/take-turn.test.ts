import { describe, expect, it, vi } from 'vitest';
import { TurnOverError, takeTurn } from './take-turn.js';

/** Work of steps that never ends by itself; it answers how many it did. */
const work =
  (steps: number) =>
  async ({ signal, onProgress }: { signal: AbortSignal; onProgress: () => void }) => {
    for (let step = 0; step < steps; step++) {
      onProgress();
      await new Promise((resolve) => setImmediate(resolve));
      signal.throwIfAborted();
    }
    return steps;
  };
const context = (othersWait: () => Promise<boolean>) => ({
  othersWait,
  signal: new AbortController().signal,
});

describe('takeTurn', () => {
  it('ends the turn at a step when others wait', async () => {
    const turn = takeTurn(
      context(async () => true),
      work(1_000_000),
      0,
    );
    await expect(turn).rejects.toThrow(TurnOverError);
  });

  it('lets work go on that nobody waits for, and when the queue does not answer', async () => {
    for (const othersWait of [
      vi.fn(async () => false),
      vi.fn(async () => {
        throw new Error('no Redis');
      }),
    ]) {
      expect(await takeTurn(context(othersWait), work(20), 0)).toBe(20);
      expect(othersWait).toHaveBeenCalled();
    }
  });

  it('does not ask within the turn', async () => {
    const othersWait = vi.fn(async () => true);
    expect(await takeTurn(context(othersWait), work(20), 3_600_000)).toBe(20);
    expect(othersWait).not.toHaveBeenCalled();
  });
});
