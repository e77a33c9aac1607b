import { enqueueJob, type JobHandler, newId } from '@dubio/platform';
import { TurnOverError } from '../claims/take-turn.js';
import type { Services } from '../services.js';
import { prepareItems, tellBadFeatures } from './prepare-items.js';

const AGAIN_MS = 2000;

/** `features.compute`: what an import that was cut off left undone. */
export const createFeaturesHandler =
  (services: Services): JobHandler<'features.compute'> =>
  async ({ projectId }, context) => {
    const { logger } = context;
    const again = (delayMs: number) =>
      enqueueJob(
        services.database.pool,
        'features.compute',
        { projectId },
        { jobId: `features.compute:${projectId}:${newId()}`, delayMs },
      );
    const result = await prepareItems(services, projectId, context).catch((error: unknown) => {
      if (error instanceof TurnOverError) return null;
      throw error;
    });
    if (result === null) return again(0);
    if (result.state === 'busy') return again(AGAIN_MS);
    if (result.state === 'bad') {
      logger.warn({ reason: result.reason }, 'no features can be made of these items');
      await tellBadFeatures(services.database.pool, projectId, result.reason);
    }
  };
