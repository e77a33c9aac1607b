import { type Annotation, AnnotationId, ItemId, UserId } from '@dubio/contracts';
import type { AnnotationRow } from '@dubio/labelling';
import { shownOrigin } from '../queue/shown-origin.js';

export type NamedAnnotationRow = AnnotationRow & { userName: string };

export function toAnnotation(row: AnnotationRow, userName: string): Annotation {
  return {
    id: AnnotationId.parse(row.id),
    itemId: ItemId.parse(row.itemId),
    userId: UserId.parse(row.userId),
    userName,
    kind: row.kind,
    answer: row.answer,
    reason: row.reason,
    note: row.note,
    origin: row.origin,
    extra: row.extra,
    durationMs: row.durationMs,
    supersedes: row.supersedesId === null ? null : AnnotationId.parse(row.supersedesId),
    createdAt: row.createdAt.toISOString(),
  };
}

/** The same for the one who gave it. */
export function toOwnAnnotation(row: AnnotationRow, userName: string): Annotation {
  return { ...toAnnotation(row, userName), origin: shownOrigin(row.origin) };
}
