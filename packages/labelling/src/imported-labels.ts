import {
  db,
  execute,
  getRow,
  lit,
  publishEvent,
  type Queryable,
  query,
  table,
} from '@dubio/platform';
import { COUNTS, requestRoundByLabels } from './label-store.js';
import { getLabellingProject } from './labelling-project.js';
import { lockQueueExclusive } from './locks.js';
import { settleOpenSlots } from './publish-queue.js';

const project = table('project');
const l = table('label', 'l');
const i = table('item', 'i');

/**
 * Brings a project in line after labels were written beside the labelling functions, as an import
 * does: counts the labels of pool items, closes queue entries of items that have one, tells those
 * who watch, and starts a round when it is time. Call it first in its transaction.
 */
export async function recountLabels(tx: Queryable, projectId: string): Promise<number> {
  await lockQueueExclusive(tx, projectId);
  const before = await getLabellingProject(tx, projectId);
  const counts = await getRow(
    tx,
    query`UPDATE ${project} SET ${project.label_count} = (
       SELECT count(*) FROM ${l} JOIN ${i} ON ${i.id} = ${l.item_id}
       WHERE ${l.project_id} = ${projectId} AND ${i.split} = ${lit(i.split, 'pool')})
     WHERE ${project.id} = ${projectId}
     RETURNING ${COUNTS}`,
  );
  await settleOpenSlots(tx, {
    projectId,
    generation: before.generation,
    overlap: before.policies.overlap,
  });
  if (counts.labelCount !== before.labelCount) {
    await publishEvent(tx, projectId, { type: 'labels.changed', labels: counts.labelCount });
    await requestRoundByLabels(tx, before, counts);
  }
  return counts.labelCount;
}

/** Opens or closes slots of the whole queue after `overlap` was changed; call it first. */
export async function applyOverlap(tx: Queryable, projectId: string): Promise<void> {
  await lockQueueExclusive(tx, projectId);
  const { generation, policies } = await getLabellingProject(tx, projectId);
  const at = { projectId, generation, overlap: policies.overlap };
  await execute(
    tx,
    db
      .updateTable('queue_entry')
      .set({ open_slots: at.overlap })
      .where('project_id', '=', projectId)
      .where('generation', '=', generation),
  );
  await settleOpenSlots(tx, at);
}
