/** How long to wait between tries. */
export type BackoffOptions = {
  readonly firstMs: number;
  /** No wait is longer. */
  readonly mostMs: number;
  /** Share of each wait that is left to chance, so that those who collided do not meet again; 0. */
  readonly spread?: number;
};

/**
 * Waits that double from one failure to the next. The SDK has one of its own: whoever installs it
 * gets none of our other packages.
 */
export class Backoff {
  #waitMs: number;
  constructor(private readonly options: BackoffOptions) {
    this.#waitMs = options.firstMs;
  }

  /** How long to wait now; the next wait is twice as long. */
  next(): number {
    const waitMs = this.#waitMs;
    const { mostMs, spread = 0 } = this.options;
    this.#waitMs = Math.min(waitMs * 2, mostMs);
    return waitMs * (1 - spread * Math.random());
  }

  /** It worked: the next failure is a first one again. */
  reset(): void {
    this.#waitMs = this.options.firstMs;
  }
}

/**
 * Tries until the work succeeds, fails for a reason that does not pass, or has been tried `tries`
 * times.
 */
export async function retry<T>(
  work: () => Promise<T>,
  options: BackoffOptions & {
    readonly tries: number;
    readonly isPassing: (error: unknown) => boolean;
  },
): Promise<T> {
  const backoff = new Backoff(options);
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (tries >= options.tries || !options.isPassing(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, backoff.next()));
    }
  }
}
