import { sweepLeases } from '@dubio/labelling';
import { execute, getRow, sql } from '@dubio/platform';
import type { Services } from '../services.js';
import { fireSchedules } from './fire-schedules.js';
import { prune } from './prune.js';
import { returnLostWork } from './return-lost-work.js';

/** Its own advisory lock: one worker sweeps at a time, and one that dies while sweeping lets go. */
const SWEEP_LOCK = 1_147_501_168;

/**
 * Hands out again what dead workers held, fires schedules, ends leases, throws away what is old.
 */
export async function sweep(services: Services, options: { prune: boolean }): Promise<void> {
  const holder = await services.database.pool.connect();
  try {
    const { held } = await getRow(
      holder,
      sql<{ held: boolean }>`SELECT pg_try_advisory_lock(${SWEEP_LOCK}) AS held`,
    );
    if (!held) return;
    try {
      await returnLostWork(services);
      await fireSchedules(services);
      await sweepLeases(services.database);
      if (options.prune) await prune(services);
    } finally {
      await execute(holder, sql`SELECT pg_advisory_unlock(${SWEEP_LOCK})`);
    }
  } finally {
    holder.release();
  }
}
