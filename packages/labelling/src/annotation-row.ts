import type { Answer, Origin } from '@dubio/contracts';

export type AnnotationKind = 'answer' | 'skip' | 'flag' | 'retraction';

/** An annotation as it is stored. */
export type AnnotationRow = {
  id: string;
  projectId: string;
  itemId: string;
  userId: string;
  kind: AnnotationKind;
  answer: Answer | null;
  reason: string | null;
  note: string | null;
  origin: Origin;
  generation: number;
  extra: boolean;
  durationMs: number;
  key: string;
  supersedesId: string | null;
  createdAt: Date;
};

export const ANNOTATION_COLUMNS = `id, project_id AS "projectId", item_id AS "itemId",
  user_id AS "userId", kind, answer, reason, note, origin, generation, extra,
  duration_ms AS "durationMs", key, supersedes_id AS "supersedesId", created_at AS "createdAt"`;

/** Of `annotation a`: it stands. OFFSET 0 keeps it a probe of the index for one row, never a join. */
export const NOT_SUPERSEDED =
  'NOT EXISTS (SELECT 1 FROM annotation s WHERE s.supersedes_id = a.id OFFSET 0)';
