import { ProjectId } from '@dubio/contracts';
import { publishQueue, recountLabels } from '@dubio/labelling';
import { execute, lit, publishEvent, query, table } from '@dubio/platform';
import type { Services } from '../services.js';
import { planColdStart } from './cold-start.js';
import type { FeaturesResult } from './compute-features.task.js';

/**
 * Makes a project's new items usable: their features, the labels that came with them, and the queue
 * they are served from before the first model. `busy` when another process is at it.
 */
export async function prepareItems(
  services: Services,
  projectId: string,
  signal: AbortSignal,
): Promise<FeaturesResult> {
  const result = await services.compute.run('features', { projectId }, { signal });
  if (result.state !== 'done') return result;
  await services.database.transaction(async (tx) => {
    // Imported answers count once their items can be learned from; this may start the first round.
    await recountLabels(tx, projectId);
  });
  const entries = await planColdStart(services, projectId, signal);
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
  services: Services,
  projectId: string,
  reason: string,
): Promise<void> {
  const { pool } = services.database;
  await execute(
    pool,
    query`UPDATE ${set} SET ${set.error} = ${reason} WHERE ${set.id} = (
      SELECT ${i.id} FROM ${i} WHERE ${i.project_id} = ${projectId} AND ${i.state} = ${lit(i.state, 'done')}
       ORDER BY ${i.created_at} DESC LIMIT 1)`,
  );
  await publishEvent(pool, projectId, { type: 'project.changed' });
}
