import { enqueueJob, type JobHandler, newId } from '@dubio/platform';
import type { Services } from '../services.js';
import { prepareItems, tellBadFeatures } from './prepare-items.js';

const AGAIN_MS = 2000;

/** `features.compute`: what an import that was cut off left undone. */
export const createFeaturesHandler =
  (services: Services): JobHandler<'features.compute'> =>
  async ({ projectId }, { signal, logger }) => {
    const result = await prepareItems(services, projectId, signal);
    if (result.state === 'busy') {
      await enqueueJob(
        services.database.pool,
        'features.compute',
        { projectId },
        { jobId: `features.compute:${projectId}:${newId()}`, delayMs: AGAIN_MS },
      );
      return;
    }
    if (result.state === 'bad') {
      logger.warn({ reason: result.reason }, 'no features can be made of these items');
      await tellBadFeatures(services, projectId, result.reason);
    }
  };
