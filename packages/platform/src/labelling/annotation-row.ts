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
