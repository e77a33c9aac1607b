import { into, named, query, type Transaction, table } from '@dubio/platform';
import { type AnnotationRow, annotationColumns, toAnnotationRow } from './annotation-row.js';
import { runHot } from './hot-query.js';
import { type ItemContext, isSettledByAnswers, type StandingAnnotation } from './item-context.js';
import type { LabellingProject } from './labelling-project.js';

export type NewAnnotation = Omit<AnnotationRow, 'createdAt'>;

/*
 * Stored a little after the person's last one, so that "the last answer" always means one. With it
 * the person's lease may end, and the entry of the queue in use gets its new open slots: it is looked
 * for by its item as well, so that any index of it will do.
 */
const annotation = table('annotation');
const lease = table('lease');
const entry = table('queue_entry');

type Values = Omit<NewAnnotation, 'answer'> & {
  answer: string | null;
  endsLease: boolean;
  entryRank: number | null;
  openSlots: number;
  queueGeneration: number;
};

const STORE = named<Values>()(
  'store-annotation',
  ($) => query`WITH added AS (
     INSERT INTO ${into(
       'annotation',
       ...(['id', 'project_id', 'item_id', 'user_id', 'kind', 'answer', 'reason', 'note'] as const),
       ...(['origin', 'generation', 'extra', 'duration_ms', 'key', 'supersedes_id'] as const),
       'created_at',
     )}
     SELECT ${$.id}, ${$.projectId}, ${$.itemId}, ${$.userId}, ${$.kind}::"AnnotationKind",
       ${$.answer}::jsonb, ${$.reason}, ${$.note}, ${$.origin}::"Origin", ${$.generation},
       ${$.extra}, ${$.durationMs}, ${$.key}, ${$.supersedesId}, greatest(clock_timestamp(),
         (SELECT max(${annotation.created_at}) + interval '1 ms' FROM ${annotation}
          WHERE ${annotation.project_id} = ${$.projectId}
            AND ${annotation.user_id} = ${$.userId}))
     RETURNING *),
   ended AS (
     UPDATE ${lease} SET ${lease.ended_at} = now()
     WHERE ${$.endsLease}::bool AND ${lease.item_id} = ${$.itemId}
       AND ${lease.user_id} = ${$.userId} AND ${lease.ended_at} IS NULL),
   slots AS (
     UPDATE ${entry} SET ${entry.open_slots} = ${$.openSlots}::int
     WHERE ${entry.project_id} = ${$.projectId} AND ${entry.generation} = ${$.queueGeneration}
       AND ${entry.rank} = ${$.entryRank}::int AND ${entry.item_id} = ${$.itemId})
   SELECT ${annotationColumns(annotation)} FROM added`,
);

/** Open slots of the item's entry once these annotations stand and so many leases are out. */
export function openSlotsFor(
  project: LabellingProject,
  item: ItemContext,
  standing: readonly StandingAnnotation[],
  leases: number,
): number {
  if (item.state === 'withdrawn' || item.split !== 'pool' || !isSettledByAnswers(item)) return 0;
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
  const [stored] = await runHot(tx, STORE, {
    ...row,
    answer: row.answer === null ? null : JSON.stringify(row.answer),
    ...effect,
    queueGeneration: project.generation,
  });
  if (stored === undefined) throw new Error('INSERT … RETURNING answered no row');
  return toAnnotationRow(stored);
}
