import { ImportId, ProjectId } from '@dubio/contracts';
import {
  db,
  enqueueJob,
  execute,
  getRow,
  lit,
  newId,
  publishEvent,
  type Queryable,
  query,
  row,
  sql,
  table,
} from '@dubio/platform';
import { type ClaimTable, type Held, updateHeld } from '../claims/claim-table.js';
import { enqueueAgain, LOST, type LostWork } from '../claims/lost-work.js';
import type { Claim, Claimable } from '../claims/with-claim.js';

type Import = { readonly importId: string; readonly projectId: string };

export type ImportClaim = Claim<Import>;

const set = table('import');
const c = table('import', 'c');

/** Tries are counted by the queue, as every try goes on where the last one stopped. */
const IMPORT: ClaimTable = {
  name: 'import',
  key: [c.id],
  owner: null,
  since: c.created_at,
  alive: null,
  idle: null,
  error: null,
};

const OPEN = ['queued', 'running'];

export const tellImport = (tx: Queryable, { importId, projectId }: Import): Promise<void> =>
  publishEvent(tx, projectId, {
    type: 'import.changed',
    importId: ImportId.parse(importId),
  });

export const claimableImport = ({ importId, projectId }: Import): Claimable<Import> => ({
  table: IMPORT,
  key: [importId],
  from: OPEN,
  state: 'running',
  begin: async (tx) => {
    await tellImport(tx, { importId, projectId });
    return { importId, projectId };
  },
  fail: (tx, claim, { cause }) => finishImport(tx, claim, stopped(cause.cause)),
});

const stopped = (cause: string): string =>
  `The import stopped: ${cause}. What was read until then is kept; upload the file again to read the rest.`;

/**
 * The last word on an import.
 * @throws ClaimLostError
 */
export async function finishImport(
  tx: Queryable,
  claim: Held & Import,
  error: string | null,
): Promise<void> {
  const ended =
    error === null
      ? sql`${set.state} = ${lit(set.state, 'done')}, ${set.error} = NULL,
          ${set.bytes_done} = coalesce(${c.bytes_total}, ${c.bytes_done})`
      : sql`${set.state} = ${lit(set.state, 'failed')}, ${set.error} = ${error}`;
  await updateHeld(tx, claim, sql`${ended}, ${set.claim_token} = NULL, ${set.finished_at} = now()`);
  await tellImport(tx, claim);
  await publishEvent(tx, claim.projectId, { type: 'project.changed' });
  if (error !== null) await prepareWhatWasRead(tx, claim);
}

/**
 * Lets go of an import between two of its batches; the rest is a job behind those that wait.
 * @throws ClaimLostError
 */
export async function giveTurn(tx: Queryable, claim: Held & Import): Promise<void> {
  await updateHeld(
    tx,
    claim,
    sql`${set.state} = ${lit(set.state, 'queued')}, ${set.claim_token} = NULL, ${set.heartbeat_at} = now()`,
  );
  await enqueueJob(tx, 'import.run', jobOf(claim), { jobId: `turn:${newId()}` });
}

const jobOf = ({ importId, projectId }: Import) => ({
  importId: ImportId.parse(importId),
  projectId: ProjectId.parse(projectId),
});

/** It stopped on the way; what was read until then is kept, and needs its features all the same. */
async function prepareWhatWasRead(tx: Queryable, { importId, projectId }: Import): Promise<void> {
  const { added } = await getRow(
    tx,
    db.selectFrom('import').select('rows_added as added').where('id', '=', importId),
  );
  if (added === 0) return;
  await enqueueJob(
    tx,
    'features.compute',
    { projectId: ProjectId.parse(projectId) },
    { jobId: `features.compute:${importId}` },
  );
}

export const lostImports: LostWork<Import> = {
  table: IMPORT,
  states: OPEN,
  found: row({ importId: c.id, projectId: c.project_id }),
  again: (tx, found) => enqueueAgain(tx, 'import.run', jobOf(found)),
  giveUp: async (tx, found) => {
    await execute(
      tx,
      query`UPDATE ${set} SET ${set.state} = ${lit(set.state, 'failed')}, ${set.finished_at} = now(),
          ${set.claim_token} = NULL, ${set.error} = ${stopped(LOST.cause)}
        WHERE ${set.id} = ${found.importId} AND ${set.state} = ANY(${OPEN})`,
    );
    await tellImport(tx, found);
    await publishEvent(tx, found.projectId, { type: 'project.changed' });
    await prepareWhatWasRead(tx, found);
  },
};
