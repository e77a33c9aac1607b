import { AppError } from '@dubio/contracts';
import { db, execute, findRow, getRow, publishEvent, type Queryable } from '@dubio/platform';
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
  const item = await findRow(
    tx,
    db
      .selectFrom('item')
      .select('split')
      .where('id', '=', at.itemId)
      .where('project_id', '=', at.projectId)
      .forNoKeyUpdate(),
  );
  if (item === null) throw new AppError('resource.not-found', `No item ${at.itemId} here.`);
  await execute(
    tx,
    db
      .updateTable('item')
      .set({ state: 'withdrawn', is_control: false })
      .where('id', '=', at.itemId),
  );
  await refreshOpenSlots(tx, project, [at.itemId]);
  const removed = await execute(tx, db.deleteFrom('label').where('item_id', '=', at.itemId));
  if (removed === 0 || item.split !== 'pool') return;
  const { labels } = await getRow(
    tx,
    db
      .updateTable('project')
      .set((of) => ({ label_count: of('label_count', '-', 1) }))
      .where('id', '=', at.projectId)
      .returning('label_count as labels'),
  );
  await publishEvent(tx, at.projectId, { type: 'labels.changed', labels });
}
