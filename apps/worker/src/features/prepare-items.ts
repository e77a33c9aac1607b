import { ProjectId } from '@dubio/contracts';
import { publishQueue, recountLabels } from '@dubio/labelling';
import {
  execute,
  type JobContext,
  lit,
  publishEvent,
  type Queryable,
  query,
  table,
} from '@dubio/platform';
import { takeTurn } from '../claims/take-turn.js';
import type { Services } from '../services.js';
import { planColdStart } from './cold-start.js';
import type { FeaturesResult } from './compute-features.task.js';

/**
 * Makes a project's new items usable: their features, the labels that came with them, and the queue
 * they are served from before the first model. `busy` when another process is at it.
 * @throws TurnOverError
 */
export async function prepareItems(
  services: Services,
  projectId: string,
  context: Pick<JobContext, 'othersWait' | 'signal'>,
): Promise<FeaturesResult> {
  const result = await takeTurn(context, (turn) =>
    services.compute.run('features', { projectId }, turn),
  );
  if (result.state !== 'done') return result;
  await services.database.transaction(async (tx) => {
    // Imported answers count once their items can be learned from; this may start the first round.
    await recountLabels(tx, projectId);
  });
  const entries = await planColdStart(services, projectId, context.signal);
  await services.database.transaction(async (tx) => {
    if (entries.length > 0) await publishQueue(tx, projectId, 0, entries);
    await publishEvent(tx, ProjectId.parse(projectId), { type: 'project.changed' });
  });
  return result;
}

const set = table('import');
const i = table('import', 'i');

/** People see the reason beside the import that brought the items. */
export async function tellBadFeatures(
  pool: Queryable,
  projectId: string,
  reason: string,
): Promise<void> {
  await execute(
    pool,
    query`UPDATE ${set} SET ${set.error} = ${reason} WHERE ${set.id} = (
      SELECT ${i.id} FROM ${i} WHERE ${i.project_id} = ${projectId} AND ${i.state} = ${lit(i.state, 'done')}
       ORDER BY ${i.created_at} DESC LIMIT 1)`,
  );
  await publishEvent(pool, projectId, { type: 'project.changed' });
}
