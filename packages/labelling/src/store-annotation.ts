import type { Transaction } from '@dubio/platform';
import { ANNOTATION_COLUMNS, type AnnotationRow } from './annotation-row.js';
import { runHot } from './hot-query.js';
import type { ItemContext, StandingAnnotation } from './item-context.js';
import type { LabellingProject } from './labelling-project.js';

export type NewAnnotation = Omit<AnnotationRow, 'createdAt'>;

/*
 * Stored a little after the person's last one, so that "the last answer" always means one. Values 15
 * to 17: whether the person's lease ends, and the entry of the queue in use with its new open slots,
 * which is looked for by its item as well, so that any index of it will do.
 */
const STORE = {
  name: 'store-annotation',
  text: `WITH added AS (
     INSERT INTO annotation (id, project_id, item_id, user_id, kind, answer, reason, note, origin,
       generation, extra, duration_ms, key, supersedes_id, created_at)
     SELECT $1, $2, $3, $4, $5::"AnnotationKind", $6::jsonb, $7, $8, $9::"Origin", $10, $11, $12,
       $13, $14, greatest(clock_timestamp(),
         (SELECT max(created_at) + interval '1 ms' FROM annotation
          WHERE project_id = $2 AND user_id = $4))
     RETURNING ${ANNOTATION_COLUMNS}),
   ended AS (
     UPDATE lease SET ended_at = now()
     WHERE $15::bool AND item_id = $3 AND user_id = $4 AND ended_at IS NULL),
   slots AS (
     UPDATE queue_entry SET open_slots = $17::int
     WHERE project_id = $2 AND generation = $18 AND rank = $16::int AND item_id = $3)
   SELECT * FROM added`,
};

/** Open slots of the item's entry once these annotations stand and so many leases are out. */
export function openSlotsFor(
  project: LabellingProject,
  item: ItemContext,
  standing: readonly StandingAnnotation[],
  leases: number,
): number {
  if (item.state === 'withdrawn' || item.split !== 'pool' || item.labelSource === 'import')
    return 0;
  const answers = standing.filter((a) => a.kind === 'answer' && !a.extra).length;
  return Math.max(0, project.policies.overlap - answers - leases);
}

/**
 * Stores an annotation and, in the same statement, ends the person's lease and settles the open
 * slots. The item and its entry must be locked: the slots were counted under that lock.
 */
export async function storeAnnotation(
  tx: Transaction,
  project: LabellingProject,
  row: NewAnnotation,
  effect: { endsLease: boolean; entryRank: number | null; openSlots: number },
): Promise<AnnotationRow> {
  const [stored] = await runHot<AnnotationRow>(tx, STORE, [
    row.id,
    row.projectId,
    row.itemId,
    row.userId,
    row.kind,
    row.answer === null ? null : JSON.stringify(row.answer),
    row.reason,
    row.note,
    row.origin,
    row.generation,
    row.extra,
    row.durationMs,
    row.key,
    row.supersedesId,
    effect.endsLease,
    effect.entryRank,
    effect.openSlots,
    project.generation,
  ]);
  if (stored === undefined) throw new Error('INSERT … RETURNING answered no row');
  return stored;
}
