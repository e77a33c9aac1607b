import { ProjectId } from '@dubio/contracts';
import {
  enqueueJob,
  type JobHandler,
  newId,
  publishEvent,
  type Queryable,
  recountLabels,
} from '@dubio/platform';
import type { Services } from '../services.js';
import { publishColdStart } from './cold-start.js';

const AGAIN_MS = 2000;

/** `features.compute`: features for all new items, then the queue and the round that were waiting for them. */
export const createFeaturesHandler =
  (services: Services): JobHandler<'features.compute'> =>
  async ({ projectId }, { signal, logger }) => {
    const result = await services.compute.run('features', { projectId }, { signal });
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
      await tellReason(services, projectId, result.reason);
      return;
    }
    await services.database.transaction(async (client) => {
      const tx = client as Queryable;
      // Imported answers count once their items can be learned from; this may start the first round.
      await recountLabels(tx, projectId);
    });
    await services.database.transaction(async (client) => {
      const tx = client as Queryable;
      await publishColdStart(tx, projectId);
      await publishEvent(tx, ProjectId.parse(projectId), { type: 'project.changed' });
    });
  };

/** People see the reason beside the import that brought the items. */
async function tellReason(services: Services, projectId: string, reason: string): Promise<void> {
  await (services.database.pool as Queryable).query(
    `UPDATE import SET error = $2 WHERE id = (
       SELECT id FROM import WHERE project_id = $1 AND state = 'done' ORDER BY created_at DESC LIMIT 1)`,
    [projectId, reason],
  );
  await publishEvent(services.database.pool, projectId, { type: 'project.changed' });
}
