import { isDiskFull } from '../storage/disk-full.js';

/** Nobody took the call: Postgres starts, stops or takes no more connections, or is not found. */
const REFUSED: ReadonlySet<unknown> = new Set([
  ...['57P03', '53300', '08001', '08004'],
  ...['ECONNREFUSED', 'EHOSTUNREACH', 'ENOTFOUND', 'EAI_AGAIN'],
]);
/** The way broke while the call was on it: what it asked for may have been done. */
const LOST: ReadonlySet<unknown> = new Set([
  ...['57P01', '57P02', '08000', '08003', '08006'],
  ...['ECONNRESET', 'EPIPE', 'ETIMEDOUT'],
]);
/** What node-postgres has no code for. */
const NO_CONNECTION = /^timeout exceeded when trying to connect/;
const BROKEN =
  /^(Connection terminated|Client has encountered a connection error|Query read timeout)/;
const DEEPEST_CAUSE = 8;

export type DatabaseOutage = 'refused' | 'lost';

/**
 * Whether an error, or what caused it, says that the database does not answer now: `refused` where
 * it cannot have taken the call, `lost` where it may have; null where it is no outage.
 * @see docs/decisions/0167
 */
export function databaseOutage(error: unknown): DatabaseOutage | null {
  let at = error;
  for (let depth = 0; at instanceof Error && depth < DEEPEST_CAUSE; depth++) {
    const code = 'code' in at ? at.code : undefined;
    if (REFUSED.has(code) || NO_CONNECTION.test(at.message)) return 'refused';
    if (LOST.has(code) || BROKEN.test(at.message)) return 'lost';
    if (at instanceof AggregateError) {
      const found = at.errors.map(databaseOutage).filter((outage) => outage !== null);
      if (found.length > 0) return found.includes('lost') ? 'lost' : 'refused';
    }
    at = at.cause;
  }
  return null;
}

/**
 * Whether an error says nothing of the work that met it: the database is away, or the disk is full.
 * What is tried again behind it may well be done.
 * @see docs/decisions/0196
 */
export const isOutage = (error: unknown): boolean =>
  databaseOutage(error) !== null || isDiskFull(error);
