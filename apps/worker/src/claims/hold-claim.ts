/**
 * Somebody else has the row now, or it was cancelled: what this process holds must not be written.
 */
export class ClaimLostError extends Error {
  override readonly name = 'ClaimLostError';
  constructor() {
    super('The work was cancelled or taken over.');
  }
}

/**
 * Renews a claim while work runs. `renew` answers whether the claim still holds; when it does not,
 * the signal given to the work fires with a ClaimLostError.
 */
export async function holdClaim<T>(
  claim: { renew: () => Promise<boolean>; everyMs: number; signal: AbortSignal },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const lost = new AbortController();
  const signal = AbortSignal.any([claim.signal, lost.signal]);
  let renewing = false;
  const timer = setInterval(() => {
    if (renewing) return;
    renewing = true;
    claim
      .renew()
      .then((held) => {
        if (!held) lost.abort(new ClaimLostError());
      })
      // A database that does not answer for a moment does not end the work.
      // The last write asks for the token anyway.
      .catch(() => {})
      .finally(() => {
        renewing = false;
      });
  }, claim.everyMs);
  try {
    return await work(signal);
  } finally {
    clearInterval(timer);
  }
}
