import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { ImportId, ProjectId } from '@dubio/contracts';
import {
  enqueueJob,
  type JobContext,
  type JobHandler,
  publishEvent,
  type Queryable,
} from '@dubio/platform';
import { prepareItems, tellBadFeatures } from '../features/prepare-items.js';
import { ClaimLostError, holdClaim } from '../hold-claim.js';
import { causeOf } from '../rounds/round-failure.js';
import { isHandBack, STAGE_ATTEMPTS } from '../rounds/round-stage.js';
import type { Services } from '../services.js';

type ImportClaim = {
  readonly importId: string;
  readonly projectId: string;
  readonly token: string;
};

/** Tries of one import; the count lies in the queue, as every try goes on where the last one stopped. */
const isLastTry = (context: JobContext): boolean =>
  context.attempt >= Math.min(context.maxAttempts, STAGE_ATTEMPTS);

/** `import.run`: reads the upload into items; a second run adds nothing. */
export const createImportHandler =
  (services: Services): JobHandler<'import.run'> =>
  async (payload, context) => {
    const token = randomUUID();
    const db: Queryable = services.database.pool;
    const claim = { importId: payload.importId, projectId: payload.projectId, token };
    if (!(await claimImport(services, claim))) return;
    const everyMs = services.timing.heartbeatMs;
    try {
      await holdClaim(
        { beat: () => renewImport(db, claim), everyMs, signal: context.signal },
        (signal) => runImport(services, claim, signal),
      );
    } catch (error) {
      await settleFailure(services, context, claim, error);
    }
  };

async function claimImport(services: Services, claim: ImportClaim): Promise<boolean> {
  const { rowCount } = await (services.database.pool as Queryable).query(
    `UPDATE import SET state = 'running', claim_token = $2, heartbeat_at = now()
      WHERE id = $1 AND state IN ('queued', 'running')
        AND (claim_token IS NULL OR heartbeat_at < now() - $3::float8 * interval '1 millisecond')`,
    [claim.importId, claim.token, services.timing.staleMs],
  );
  if (rowCount === 1) await tellImport(services.database.pool, claim);
  return rowCount === 1;
}

async function renewImport(db: Queryable, claim: ImportClaim): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE import SET heartbeat_at = now() WHERE id = $1 AND claim_token = $2 AND state = 'running'`,
    [claim.importId, claim.token],
  );
  return rowCount === 1;
}

const tellImport = (tx: Queryable, claim: ImportClaim): Promise<void> =>
  publishEvent(tx, claim.projectId, {
    type: 'import.changed',
    importId: ImportId.parse(claim.importId),
  });

const LEAST_GAP_MS = 250;
const AGAIN_MS = 500;

async function runImport(
  services: Services,
  claim: ImportClaim,
  signal: AbortSignal,
): Promise<void> {
  let lastMs = 0;
  const onProgress = () => {
    if (Date.now() - lastMs < LEAST_GAP_MS) return;
    lastMs = Date.now();
    tellImport(services.database.pool, claim).catch(() => {});
  };
  const request = {
    importId: claim.importId,
    projectId: claim.projectId,
    claimToken: claim.token,
  };
  const { unreadable } = await services.compute.run('import', request, { signal, onProgress });
  // Done means that people can label and rounds can learn, so what items need comes first.
  const badFeatures = await prepareNewItems(services, claim.projectId, signal);
  await finishImport(services, claim, unreadable);
  if (badFeatures !== null) await tellBadFeatures(services, claim.projectId, badFeatures);
}

/** Answers why no features can be made of the items, or null. Waits while another import makes them. */
async function prepareNewItems(
  services: Services,
  projectId: string,
  signal: AbortSignal,
): Promise<string | null> {
  for (;;) {
    const result = await prepareItems(services, projectId, signal);
    if (result.state === 'bad') return result.reason;
    if (result.state === 'done') return null;
    await pause(AGAIN_MS, undefined, { signal });
  }
}

/** The last word on an import. */
async function finishImport(
  services: Services,
  claim: ImportClaim,
  error: string | null,
): Promise<void> {
  await services.database.transaction(async (client) => {
    const tx = client as Queryable;
    const { rows } = await tx.query<{ rows_added: number }>(
      `UPDATE import SET state = $3::"ImportState", error = $4, claim_token = NULL, finished_at = now(),
              bytes_done = CASE WHEN $4::text IS NULL THEN coalesce(bytes_total, bytes_done) ELSE bytes_done END
        WHERE id = $1 AND claim_token = $2 AND state = 'running' RETURNING rows_added`,
      [claim.importId, claim.token, error === null ? 'done' : 'failed', error],
    );
    const added = rows[0]?.rows_added;
    if (added === undefined) throw new ClaimLostError();
    await tellImport(tx, claim);
    await publishEvent(tx, claim.projectId, { type: 'project.changed' });
    if (error === null || added === 0) return;
    // It stopped on the way; what was read until then is kept, and needs its features all the same.
    await enqueueJob(
      tx,
      'features.compute',
      { projectId: ProjectId.parse(claim.projectId) },
      { jobId: `features.compute:${claim.importId}` },
    );
  });
}

async function settleFailure(
  services: Services,
  context: JobContext,
  claim: ImportClaim,
  error: unknown,
): Promise<void> {
  if (error instanceof ClaimLostError) return;
  const handBack = isHandBack(error);
  if (!handBack && isLastTry(context)) {
    context.logger.error({ err: error }, 'the import has failed');
    await finishImport(
      services,
      claim,
      `The import stopped: ${causeOf(error).cause}. What was read until then is kept; upload the file again to read the rest.`,
    ).catch((lost: unknown) => {
      if (!(lost instanceof ClaimLostError)) throw lost;
    });
    return;
  }
  await (services.database.pool as Queryable).query(
    `UPDATE import SET claim_token = NULL, heartbeat_at = now() WHERE id = $1 AND claim_token = $2`,
    [claim.importId, claim.token],
  );
  throw error;
}
