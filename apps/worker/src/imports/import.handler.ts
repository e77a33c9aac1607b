import { setTimeout as pause } from 'node:timers/promises';
import type { JobContext, JobHandler } from '@dubio/platform';
import { TurnOverError, takeTurn } from '../claims/take-turn.js';
import { withClaim } from '../claims/with-claim.js';
import { prepareItems, tellBadFeatures } from '../features/prepare-items.js';
import type { Services } from '../services.js';
import {
  claimableImport,
  finishImport,
  giveTurn,
  type ImportClaim,
  tellImport,
} from './import-claim.js';

/** `import.run`: reads the upload into items; a second run adds nothing. */
export const createImportHandler =
  (services: Services): JobHandler<'import.run'> =>
  (payload, context) =>
    withClaim(services, context, claimableImport(payload), async (claim) => {
      // The claim may be lost as well as the job.
      const held = { othersWait: context.othersWait, signal: claim.signal };
      try {
        await runImport(services, claim, held);
      } catch (error) {
        if (!(error instanceof TurnOverError)) throw error;
        await services.database.transaction((tx) => giveTurn(tx, claim));
      }
    });

const LEAST_GAP_MS = 250;
const AGAIN_MS = 500;

type TurnContext = Pick<JobContext, 'othersWait' | 'signal'>;

async function runImport(
  services: Services,
  claim: ImportClaim,
  context: TurnContext,
): Promise<void> {
  const { importId, projectId, token } = claim;
  let lastMs = 0;
  const tell = () => {
    if (Date.now() - lastMs < LEAST_GAP_MS) return;
    lastMs = Date.now();
    tellImport(services.database.pool, claim).catch(() => {});
  };
  const request = { importId, projectId, claimToken: token };
  const { unreadable } = await takeTurn(context, ({ signal, onProgress }) =>
    services.compute.run('import', request, {
      signal,
      onProgress: () => {
        tell();
        onProgress();
      },
    }),
  );
  // Done means that people can label and rounds can learn, so what items need comes first.
  const badFeatures = await prepareNewItems(services, projectId, context);
  await services.database.transaction((tx) => finishImport(tx, claim, unreadable));
  if (badFeatures !== null) await tellBadFeatures(services.database.pool, projectId, badFeatures);
}

/**
 * Answers why no features can be made of the items, or null. Waits while another import makes them.
 */
async function prepareNewItems(
  services: Services,
  projectId: string,
  context: TurnContext,
): Promise<string | null> {
  for (;;) {
    const result = await prepareItems(services, projectId, context);
    if (result.state === 'bad') return result.reason;
    if (result.state === 'done') return null;
    await pause(AGAIN_MS, undefined, { signal: context.signal });
  }
}
