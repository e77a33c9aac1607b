import { z } from 'zod';
import type { Cause } from './cause.js';

const MOST_NAMED = 3;

/**
 * Why work can never begin whose stored settings do not parse; null when the error says something
 * else. What is stored stays as it is, so that trying again cannot help.
 */
export function unreadableCause(error: unknown): Cause | null {
  if (!(error instanceof z.ZodError)) return null;
  const named = error.issues
    .slice(0, MOST_NAMED)
    .map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`));
  return {
    code: 'internal',
    cause: `its stored settings cannot be read (${named.join('; ')}); start it anew with settings of today`,
    permanent: true,
  };
}
