import { RoundTrigger } from '@dubio/contracts';
import { db, findRow, type Queryable } from '@dubio/platform';
import { type RoundRequest, requestRound } from './request-round.js';

/**
 * Starts the round that was wished for while another one ran. Call it in the transaction that ends
 * a round (ready, failed or cancelled), after the row has its last state.
 */
export async function afterRoundEnds(
  tx: Queryable,
  projectId: string,
): Promise<RoundRequest | null> {
  const project = await findRow(
    tx,
    db
      .selectFrom('project')
      .select('pending_trigger as pending')
      .where('id', '=', projectId)
      .forNoKeyUpdate(),
  );
  const pending = project?.pending ?? null;
  if (pending === null) return null;
  return requestRound(tx, { projectId, trigger: RoundTrigger.parse(pending) });
}
