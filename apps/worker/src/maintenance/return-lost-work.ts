import { ProjectId } from '@dubio/contracts';
import { enqueueJob, listRows, lit, type Queryable, query, row, table } from '@dubio/platform';
import { isOlder } from '../claims/claim-table.js';
import { returnLost } from '../claims/lost-work.js';
import { lostImports } from '../imports/import-claim.js';
import { lostMembers, lostShards } from '../rounds/part-claim.js';
import { lostRounds } from '../rounds/round-claim.js';
import type { Services } from '../services.js';
import { lostReplays } from '../simulations/replay-claim.js';

/** Finds work that nobody does any more and puts its job into the queue again. */
export async function returnLostWork(services: Services): Promise<void> {
  await returnLost(services, lostRounds);
  await returnLost(services, lostShards);
  await returnLost(services, lostMembers);
  await returnLost(services, lostImports);
  await returnLost(services, lostReplays);
  await returnFeatures(services.database.pool, services.timing.forgottenMs);
}

const p = table('project', 'p');
const f = table('feature_set', 'f');
const i = table('import', 'i');

/** Projects whose items are ahead of their features, with nobody at work on it. */
async function returnFeatures(db: Queryable, forgottenMs: number): Promise<void> {
  const rows = await listRows(
    db,
    query`SELECT ${row({ id: p.id })} FROM ${p}
      WHERE ${p.next_ordinal} > coalesce(
          (SELECT max(${f.rows}) FROM ${f} WHERE ${f.project_id} = ${p.id}), 0)
        AND NOT EXISTS (SELECT 1 FROM ${i} WHERE ${i.project_id} = ${p.id}
          AND (${i.state} IN (${lit(i.state, 'queued')}, ${lit(i.state, 'running')}) OR ${i.error} IS NOT NULL))
        AND EXISTS (SELECT 1 FROM ${i} WHERE ${i.project_id} = ${p.id} AND ${i.state} = ${lit(i.state, 'done')}
          AND ${isOlder(i.finished_at, forgottenMs)})`,
  );
  for (const { id } of rows) {
    const slot = Math.floor(Date.now() / forgottenMs);
    const projectId = ProjectId.parse(id);
    const jobId = `features.compute:${id}:sweep-${slot}`;
    await enqueueJob(db, 'features.compute', { projectId }, { jobId });
  }
}
