import type { Origin } from '@dubio/contracts';

/**
 * Why an item is served, as whoever answers it is told: who knows what is tested, answers it with
 * other care.
 */
export const shownOrigin = (origin: Origin): Origin =>
  origin === 'active-test' ? 'control' : origin;
