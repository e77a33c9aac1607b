import { RoundTrigger } from '@dubio/contracts';
import type { Queryable } from '@dubio/platform';
import { type RoundRequest, requestRound } from './request-round.js';

/**
 * Starts the round that was wished for while another one ran. Call it in the transaction that ends a
 * round (ready, failed or cancelled), after the row has its last state.
 */
export async function afterRoundEnds(
  tx: Queryable,
  projectId: string,
): Promise<RoundRequest | null> {
  const { rows } = await tx.query<{ pending: string | null }>(
    `SELECT pending_trigger AS pending FROM project WHERE id = $1 FOR NO KEY UPDATE`,
    [projectId],
  );
  const pending = rows[0]?.pending ?? null;
  if (pending === null) return null;
  return requestRound(tx, { projectId, trigger: RoundTrigger.parse(pending) });
}
