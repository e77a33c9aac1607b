/**
 * Postgres starts, stops or takes no more connections, or the way to it is broken: its own codes,
 * those of the system, and the two sentences that node-postgres has no code for.
 */
const CODES: ReadonlySet<unknown> = new Set([
  ...['57P01', '57P02', '57P03', '53300', '08000', '08001', '08003', '08004', '08006'],
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENOTFOUND', 'EAI_AGAIN'],
]);
const SENTENCES =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;
const DEEPEST_CAUSE = 8;

/**
 * Whether an error, or what caused it, says that the database does not answer now: the same call
 * may be answered in a moment.
 * @see docs/decisions/0167
 */
export function isDatabaseAway(error: unknown): boolean {
  let at = error;
  for (let depth = 0; at instanceof Error && depth < DEEPEST_CAUSE; depth++) {
    if ('code' in at && CODES.has(at.code)) return true;
    if (SENTENCES.test(at.message)) return true;
    if (at instanceof AggregateError && at.errors.some(isDatabaseAway)) return true;
    at = at.cause;
  }
  return false;
}
