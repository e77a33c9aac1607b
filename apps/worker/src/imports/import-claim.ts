import { ImportId, ProjectId } from '@dubio/contracts';
import { enqueueJob, publishEvent, type Queryable } from '@dubio/platform';
import { type ClaimTable, type Held, updateHeld } from '../claims/claim-table.js';
import { enqueueAgain, type LostWork } from '../claims/lost-work.js';
import type { Claim, Claimable } from '../claims/with-claim.js';

type Import = { readonly importId: string; readonly projectId: string };

export type ImportClaim = Claim<Import>;

/** Tries are counted by the queue, as every try goes on where the last one stopped. */
const IMPORT: ClaimTable = {
  name: 'import',
  key: ['id'],
  stateType: 'ImportState',
  owner: null,
  alive: null,
  idle: null,
  countsTries: false,
  keepsError: false,
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
  fail: (tx, claim, { cause }) =>
    finishImport(
      tx,
      claim,
      `The import stopped: ${cause.cause}. What was read until then is kept; upload the file again to read the rest.`,
    ),
});

/**
 * The last word on an import.
 * @throws ClaimLostError
 */
export async function finishImport(
  tx: Queryable,
  claim: Held & Import,
  error: string | null,
): Promise<void> {
  await updateHeld(tx, claim, {
    set: `state = $1::"ImportState", error = $2, claim_token = NULL, finished_at = now(),
          bytes_done = CASE WHEN $2::text IS NULL THEN coalesce(bytes_total, bytes_done) ELSE bytes_done END`,
    values: [error === null ? 'done' : 'failed', error],
  });
  await tellImport(tx, claim);
  await publishEvent(tx, claim.projectId, { type: 'project.changed' });
  if (error !== null) await prepareWhatWasRead(tx, claim);
}

/** It stopped on the way; what was read until then is kept, and needs its features all the same. */
async function prepareWhatWasRead(tx: Queryable, { importId, projectId }: Import): Promise<void> {
  const { rowCount } = await tx.query('SELECT 1 FROM import WHERE id = $1 AND rows_added > 0', [
    importId,
  ]);
  if (rowCount === 0) return;
  await enqueueJob(
    tx,
    'features.compute',
    { projectId: ProjectId.parse(projectId) },
    { jobId: `features.compute:${importId}` },
  );
}

export const lostImports: LostWork<{ id: string; project_id: string }> = {
  table: IMPORT,
  states: OPEN,
  columns: ['id', 'project_id'],
  again: (tx, { id, project_id }) =>
    enqueueAgain(tx, 'import.run', {
      importId: ImportId.parse(id),
      projectId: ProjectId.parse(project_id),
    }),
};
