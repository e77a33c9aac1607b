import { returnLost } from '../claims/lost-work.js';
import { returnFeatures } from '../features/return-features.js';
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
  await returnFeatures(services);
}
