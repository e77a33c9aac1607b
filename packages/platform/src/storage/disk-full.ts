/** The system's and Postgres's own names for a disk, or a share of it, that takes no more. */
const CODES: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', '53100']);
const DEEPEST_CAUSE = 8;

/** Whether an error, or what caused it, is a disk without room. */
export function isDiskFull(error: unknown): boolean {
  let at = error;
  for (let depth = 0; at instanceof Error && depth < DEEPEST_CAUSE; depth++) {
    if ('code' in at && CODES.has(at.code)) return true;
    at = at.cause;
  }
  return false;
}
