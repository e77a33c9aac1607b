import { publishEvent, type Queryable } from '@dubio/platform';
import { requestRoundByLabels } from './label-store.js';
import { getLabellingProject } from './labelling-project.js';
import { lockQueueExclusive } from './locks.js';
import { settleOpenSlots } from './publish-queue.js';

/**
 * Brings a project in line after labels were written beside the labelling functions, as an import
 * does: counts the labels of pool items, closes queue entries of items that have one, tells those who
 * watch, and starts a round when it is time. Call it first in its transaction.
 */
export async function recountLabels(tx: Queryable, projectId: string): Promise<number> {
  await lockQueueExclusive(tx, projectId);
  const project = await getLabellingProject(tx, projectId);
  const { rows } = await tx.query<{
    labelCount: number;
    labelsAtRound: number;
    roundNumber: number;
  }>(
    `UPDATE project SET label_count = (
       SELECT count(*) FROM label l JOIN item i ON i.id = l.item_id
       WHERE l.project_id = $1 AND i.split = 'pool')
     WHERE id = $1
     RETURNING label_count AS "labelCount", labels_at_round AS "labelsAtRound",
               round_number AS "roundNumber"`,
    [projectId],
  );
  const counts = rows[0];
  if (counts === undefined) throw new Error(`project ${projectId} vanished`);
  await settleOpenSlots(tx, {
    projectId,
    generation: project.generation,
    overlap: project.policies.overlap,
  });
  if (counts.labelCount !== project.labelCount) {
    await publishEvent(tx, projectId, { type: 'labels.changed', labels: counts.labelCount });
    await requestRoundByLabels(tx, project, counts);
  }
  return counts.labelCount;
}

/** Opens or closes slots of the whole queue after `overlap` was changed; call it first. */
export async function applyOverlap(tx: Queryable, projectId: string): Promise<void> {
  await lockQueueExclusive(tx, projectId);
  const project = await getLabellingProject(tx, projectId);
  const at = { projectId, generation: project.generation, overlap: project.policies.overlap };
  await tx.query(
    'UPDATE queue_entry SET open_slots = $3 WHERE project_id = $1 AND generation = $2',
    [projectId, project.generation, at.overlap],
  );
  await settleOpenSlots(tx, at);
}
