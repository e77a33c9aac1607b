import { ProjectId, RoundId } from '@dubio/contracts';
import { enqueueJob, type Queryable } from '@dubio/platform';
import type { RoundRow } from './round.repository.js';

/** Enqueues the next stage of a round, once. */
export async function enqueueStage(
  tx: Queryable,
  name: 'round.train' | 'round.score' | 'round.select',
  round: Pick<RoundRow, 'id' | 'projectId'>,
  suffix = '',
): Promise<void> {
  const payload = {
    roundId: RoundId.parse(round.id),
    projectId: ProjectId.parse(round.projectId),
  };
  await enqueueJob(tx, name, payload, { jobId: `${name}:${round.id}${suffix}` });
}
