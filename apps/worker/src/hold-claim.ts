/** Somebody else has the row now, or it was cancelled: what this process holds must not be written. */
export class ClaimLostError extends Error {
  override readonly name = 'ClaimLostError';
  constructor() {
    super('The work was cancelled or taken over.');
  }
}

/**
 * Renews a claim while work runs. `beat` answers whether the claim still holds; when it does not, the
 * signal given to the work fires with a ClaimLostError.
 */
export async function holdClaim<T>(
  claim: { beat: () => Promise<boolean>; everyMs: number; signal: AbortSignal },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const lost = new AbortController();
  const signal = AbortSignal.any([claim.signal, lost.signal]);
  let beating = false;
  const timer = setInterval(() => {
    if (beating) return;
    beating = true;
    claim
      .beat()
      .then((held) => {
        if (!held) lost.abort(new ClaimLostError());
      })
      // A database that does not answer for a moment does not end the work; its last write is checked anyway.
      .catch(() => {})
      .finally(() => {
        beating = false;
      });
  }, claim.everyMs);
  try {
    return await work(signal);
  } finally {
    clearInterval(timer);
  }
}
