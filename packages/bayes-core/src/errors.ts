/**
 * Plain values that say what was expected and what came; they are logged and shown, never acted on.
 */
export type NumericsDetails = Readonly<Record<string, unknown>>;

/**
 * Every refusal of this package: a stable `code` for programs, a sentence for people, and the
 * values that led to it. The sentence says what was expected, what came and, where it can, what to
 * do.
 */
export class NumericsError extends Error {
  override readonly name = 'NumericsError';
  readonly code: string;
  readonly details: NumericsDetails;

  constructor(
    code: string,
    message: string,
    details: NumericsDetails = {},
    options: { cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = details;
  }
}

/** Throws `aborted` when the signal has fired; called between native calls. */
export function throwIfAborted(signal: AbortSignal | undefined, what: string): void {
  if (signal?.aborted) {
    throw new NumericsError(
      'aborted',
      `${what} was stopped on request.`,
      {},
      { cause: signal.reason },
    );
  }
}
