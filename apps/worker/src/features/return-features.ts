import { ProjectId } from '@dubio/contracts';
import {
  enqueueJob,
  listRows,
  lit,
  newId,
  type Queryable,
  query,
  row,
  sql,
  table,
} from '@dubio/platform';
import { isOlder } from '../claims/claim-table.js';
import { GIVEN_UP } from '../claims/lost-work.js';
import type { Services } from '../services.js';
import { tellBadFeatures } from './prepare-items.js';

const p = table('project', 'p');
const f = table('feature_set', 'f');
const i = table('import', 'i');
const j = table('outbox_job', 'j');

const GIVEN_UP_SENTENCE = `The features of the items could not be computed in ${GIVEN_UP} tries, for reasons on our side that were logged. Items that have features already stay in use; import one more row to try again.`;

const isDone = sql<boolean>`${i.state} = ${lit(i.state, 'done')}`;
const sweepJobs = (projectId: string) => `features.compute:${projectId}:sweep-`;

/**
 * Projects whose items are ahead of their features, with nobody at work on it, get a job for them:
 * twice as long after each that came to nothing. After the last one people are told.
 */
export async function returnFeatures(
  services: Pick<Services, 'database' | 'timing'>,
): Promise<void> {
  const { pool } = services.database;
  const { forgottenMs } = services.timing;
  for (const { id, upTo } of await listBehind(pool, forgottenMs)) {
    const before = await triesOf(pool, id, upTo);
    if (before.tries >= GIVEN_UP) {
      if (before.ageMs > forgottenMs) await tellBadFeatures(pool, id, GIVEN_UP_SENTENCE);
      continue;
    }
    if (before.ageMs < forgottenMs * 2 ** before.tries) continue;
    const projectId = ProjectId.parse(id);
    const jobId = `${sweepJobs(id)}${upTo}-${newId()}`;
    await enqueueJob(pool, 'features.compute', { projectId }, { jobId });
  }
}

type Behind = { readonly id: string; readonly upTo: number };

function listBehind(db: Queryable, forgottenMs: number): Promise<Behind[]> {
  return listRows(
    db,
    query`SELECT ${row({ id: p.id, upTo: p.next_ordinal })} FROM ${p}
      WHERE ${p.next_ordinal} > coalesce(
          (SELECT max(${f.rows}) FROM ${f} WHERE ${f.project_id} = ${p.id}), 0)
        AND NOT EXISTS (SELECT 1 FROM ${i} WHERE ${i.project_id} = ${p.id}
          AND (${i.state} IN (${lit(i.state, 'queued')}, ${lit(i.state, 'running')})
            OR (${isDone} AND ${i.error} IS NOT NULL)))
        AND EXISTS (SELECT 1 FROM ${i} WHERE ${i.project_id} = ${p.id} AND ${isDone}
          AND ${isOlder(i.finished_at, forgottenMs)})`,
  );
}

/** Tries for this state of the project so far, and how long ago the last one was handed out. */
async function triesOf(db: Queryable, projectId: string, upTo: number) {
  const [found] = await listRows(
    db,
    query`SELECT ${row({
      tries: sql<number>`count(*)::int`,
      ageMs: sql<number>`coalesce(
        extract(epoch FROM now() - max(${j.created_at})) * 1000, 'infinity')::float8`,
    })} FROM ${j}
      WHERE ${j.job_id} LIKE ${`${sweepJobs(projectId)}${upTo}-%`}`,
  );
  return found ?? { tries: 0, ageMs: Number.POSITIVE_INFINITY };
}
