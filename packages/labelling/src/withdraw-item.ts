import { AppError } from '@dubio/contracts';
import { publishEvent, type Queryable } from '@dubio/platform';
import { getLabellingProject } from './labelling-project.js';
import { lockQueueShared } from './locks.js';
import { refreshOpenSlots } from './open-slots.js';

/**
 * Takes an item out of the pool: it is not served any more, its label no longer counts, and its
 * annotations are kept. Withdrawing twice changes nothing.
 *
 * @throws AppError resource.not-found
 */
export async function withdrawItem(
  tx: Queryable,
  at: { projectId: string; itemId: string },
): Promise<void> {
  await lockQueueShared(tx, at.projectId);
  const project = await getLabellingProject(tx, at.projectId);
  const { rows } = await tx.query<{ split: string }>(
    `SELECT split FROM item WHERE id = $1 AND project_id = $2 FOR NO KEY UPDATE`,
    [at.itemId, at.projectId],
  );
  const item = rows[0];
  if (item === undefined) throw new AppError('resource.not-found', `No item ${at.itemId} here.`);
  await tx.query(`UPDATE item SET state = 'withdrawn', is_control = false WHERE id = $1`, [
    at.itemId,
  ]);
  await refreshOpenSlots(tx, project, [at.itemId]);
  const removed = await tx.query('DELETE FROM label WHERE item_id = $1', [at.itemId]);
  if (removed.rowCount === 0 || item.split !== 'pool') return;
  const counts = await tx.query<{ labels: number }>(
    `UPDATE project SET label_count = label_count - 1 WHERE id = $1 RETURNING label_count AS labels`,
    [at.projectId],
  );
  await publishEvent(tx, at.projectId, {
    type: 'labels.changed',
    labels: counts.rows[0]?.labels ?? 0,
  });
}
