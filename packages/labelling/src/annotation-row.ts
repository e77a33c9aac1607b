import { Answer } from '@dubio/contracts';
import { type Columns, lit, row, type ShapeOf, sql, table } from '@dubio/platform';

const s = table('annotation', 's');

/** What is read of an annotation. */
export const annotationFields = (of: Columns<'annotation'>) => ({
  id: of.id,
  projectId: of.project_id,
  itemId: of.item_id,
  userId: of.user_id,
  kind: of.kind,
  answer: of.answer,
  reason: of.reason,
  note: of.note,
  origin: of.origin,
  generation: of.generation,
  extra: of.extra,
  durationMs: of.duration_ms,
  key: of.key,
  supersedesId: of.supersedes_id,
  createdAt: of.created_at,
});

export const annotationColumns = (of: Columns<'annotation'>) => row(annotationFields(of));

type Stored = ShapeOf<ReturnType<typeof annotationColumns>>;

/** An annotation as it is stored. */
export type AnnotationRow = Omit<Stored, 'answer'> & { answer: Answer | null };
export type AnnotationKind = Stored['kind'];

/** JSON null is the answer of what is none. */
export const toAnswer = (stored: unknown): Answer | null =>
  stored === null ? null : Answer.parse(stored);

export const toAnnotationRow = <Row extends Stored>(stored: Row): Row & AnnotationRow => ({
  ...stored,
  answer: toAnswer(stored.answer),
});

/** It stands. OFFSET 0 keeps it a probe of the index for one row, never a join. */
export const notSuperseded = (of: Columns<'annotation'>) =>
  sql<boolean>`NOT EXISTS (SELECT 1 FROM ${s} WHERE ${s.supersedes_id} = ${of.id} OFFSET 0)`;

const k = table('annotation', 'k');

/** Whether somebody skipped the item and has not come back to it. */
export const isSkipped = (of: Columns<'item'>) =>
  sql<boolean>`EXISTS (
    SELECT FROM ${k} WHERE ${k.project_id} = ${of.project_id} AND ${k.item_id} = ${of.id}
      AND ${k.kind} = ${lit(k.kind, 'skip')} AND ${notSuperseded(k)})`;
