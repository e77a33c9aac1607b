import { ProjectId, RoundId } from '@dubio/contracts';
import { enqueueJob } from '@dubio/platform';
import { updateHeld } from '../claims/claim-table.js';
import type { Services } from '../services.js';
import { createMembers } from './member.repository.js';
import { LET_GO, type RoundClaim } from './round-claim.js';

/**
 * One job per member; the last one that is done enqueues `round.train` again, so no job waits for
 * others.
 */
export async function spreadMembers(
  services: Services,
  claim: RoundClaim,
  members: { readonly first: number; readonly count: number },
): Promise<void> {
  const { round } = claim;
  await services.database.transaction(async (tx) => {
    await updateHeld(tx, claim, LET_GO);
    await createMembers(tx, round, members);
    for (let i = 0; i < members.count; i++) {
      const member = members.first + i;
      await enqueueJob(
        tx,
        'round.train-member',
        { roundId: RoundId.parse(round.id), projectId: ProjectId.parse(round.projectId), member },
        { jobId: `round.train-member:${round.id}:${member}` },
      );
    }
  });
}
