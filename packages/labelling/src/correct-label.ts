import { type Answer, AppError, answerProblems, ERRORS, type LabelSource } from '@dubio/contracts';
import {
  db,
  execute,
  findRow,
  getRow,
  publishEvent,
  type Queryable,
  query,
  row,
  sql,
  table,
} from '@dubio/platform';
import { getLabellingProject } from './labelling-project.js';
import { lockQueueShared } from './locks.js';

export type Correction = {
  projectId: string;
  itemId: string;
  userId: string;
  answer: Answer;
  note: string | null;
  /** When the label changed that the person saw; null takes the newest for it. */
  seenAt: Date | null;
};

const l = table('label', 'l');
const label = table('label');
const r = table('round', 'r');
const CORRECTION: LabelSource = 'correction';

async function lockItem(tx: Queryable, { projectId, itemId }: Correction): Promise<void> {
  const item = await findRow(
    tx,
    db
      .selectFrom('item')
      .select('id')
      .where('id', '=', itemId)
      .where('project_id', '=', projectId)
      .forNoKeyUpdate(),
  );
  if (item === null) throw new AppError('resource.not-found', `No item ${itemId} here.`);
}

/**
 * Sets the label of an item right, whether people agreed on it or an import brought it. What it was
 * stays in its versions, the answers that people gave stay as they are, and none of theirs changes
 * the label any more. The next round trains on it. The same correction again changes nothing.
 * Returns whether the label has changed.
 *
 * @throws AppError resource.not-found, label.none, annotation.invalid, resource.conflict
 * @see docs/decisions/0195
 */
export async function correctLabel(tx: Queryable, correction: Correction): Promise<boolean> {
  const { projectId, itemId, userId, answer, note, seenAt } = correction;
  await lockQueueShared(tx, projectId);
  const { labelSchema } = await getLabellingProject(tx, projectId);
  await lockItem(tx, correction);
  const problems = answerProblems(labelSchema, answer);
  if (problems.length > 0) {
    throw new AppError('annotation.invalid', ERRORS['annotation.invalid'].title, {
      fields: problems.map((problem) => ({ ...problem, field: `answer.${problem.field}` })),
    });
  }
  const given = sql`${JSON.stringify(answer)}::jsonb`;
  const stands = await findRow(
    tx,
    query`SELECT ${row({
      source: l.source,
      note: l.note,
      updatedAt: l.updated_at,
      same: sql<boolean>`${l.answer} = ${given}`,
    })} FROM ${l} WHERE ${l.item_id} = ${itemId}`,
  );
  if (stands === null) throw new AppError('label.none', ERRORS['label.none'].title);
  const { same, source } = stands;
  if (same && source === 'correction' && stands.note === note) return false;
  if (seenAt !== null && stands.updatedAt > seenAt) {
    throw new AppError('resource.conflict', ERRORS['resource.conflict'].title);
  }
  // The project's row first, as for each label: its lock orders label times and round cut-offs.
  const { labels } = await getRow(
    tx,
    db
      .updateTable('project')
      .set({ last_label_at: sql<Date>`now()` })
      .where('id', '=', projectId)
      .returning('label_count as labels'),
  );
  await execute(
    tx,
    query`UPDATE ${l} SET ${label.answer} = ${given}, ${label.confidence} = 1,
       ${label.source} = ${CORRECTION}, ${label.changed_by_id} = ${userId}, ${label.note} = ${note},
       ${label.updated_at} = greatest(clock_timestamp(), (
         SELECT ${r.labels_up_to} + interval '1 ms' FROM ${r}
         WHERE ${r.project_id} = ${projectId} ORDER BY ${r.number} DESC LIMIT 1))
     WHERE ${l.item_id} = ${itemId}`,
  );
  await publishEvent(tx, projectId, { type: 'labels.changed', labels });
  return true;
}
