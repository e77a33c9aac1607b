import { setTimeout as pause } from 'node:timers/promises';
import type { JobHandler } from '@dubio/platform';
import { withClaim } from '../claims/with-claim.js';
import { prepareItems, tellBadFeatures } from '../features/prepare-items.js';
import type { Services } from '../services.js';
import { claimableImport, finishImport, type ImportClaim, tellImport } from './import-claim.js';

/** `import.run`: reads the upload into items; a second run adds nothing. */
export const createImportHandler =
  (services: Services): JobHandler<'import.run'> =>
  (payload, context) =>
    withClaim(services, context, claimableImport(payload), (claim) => runImport(services, claim));

const LEAST_GAP_MS = 250;
const AGAIN_MS = 500;

async function runImport(services: Services, claim: ImportClaim): Promise<void> {
  const { importId, projectId, token, signal } = claim;
  let lastMs = 0;
  const onProgress = () => {
    if (Date.now() - lastMs < LEAST_GAP_MS) return;
    lastMs = Date.now();
    tellImport(services.database.pool, claim).catch(() => {});
  };
  const request = { importId, projectId, claimToken: token };
  const { unreadable } = await services.compute.run('import', request, { signal, onProgress });
  // Done means that people can label and rounds can learn, so what items need comes first.
  const badFeatures = await prepareNewItems(services, projectId, signal);
  await services.database.transaction((tx) => finishImport(tx, claim, unreadable));
  if (badFeatures !== null) await tellBadFeatures(services, projectId, badFeatures);
}

/**
 * Answers why no features can be made of the items, or null. Waits while another import makes them.
 */
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
