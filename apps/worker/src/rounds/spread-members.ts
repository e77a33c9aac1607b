import { ProjectId, RoundId } from '@dubio/contracts';
import { enqueueJob, type Queryable } from '@dubio/platform';
import type { Services } from '../services.js';
import { createMembers } from './member.repository.js';
import { type RoundClaim, updateClaimed } from './round-stage.js';

/** One job a member; the last one that is done enqueues `round.train` again, so no job waits for others. */
export async function spreadMembers(
  services: Services,
  claim: RoundClaim,
  members: { readonly first: number; readonly count: number },
): Promise<void> {
  const { round } = claim;
  await services.database.transaction(async (client) => {
    const tx = client as Queryable;
    await updateClaimed(tx, claim, 'claim_token = NULL, heartbeat_at = now(), attempts = 0', []);
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
