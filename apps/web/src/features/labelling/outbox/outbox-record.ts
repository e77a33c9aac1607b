import type { LeasedItem } from '@dubio/contracts';
import type { BodyOf } from '@/lib/api/client';

export type AnnotationInput =
  BodyOf<'POST /projects/:projectId/annotations'>['annotations'][number];

/** Why an item was not answered. */
export type SkipReason = NonNullable<AnnotationInput['reason']>;

/** An answer that has not reached the server, or that the server did not take. */
export type OutboxRecord = {
  /** Made once an answer: however often it is sent, it is stored once. */
  readonly key: string;
  readonly projectId: string;
  /** Whose answer it is: another person in the same browser never sends it as theirs. */
  readonly userId: string;
  readonly input: AnnotationInput;
  readonly leased: LeasedItem;
  readonly createdAt: number;
  /** Why it was not taken; it stays until the person has seen that. */
  readonly refusal: { readonly code: string | null; readonly detail: string } | null;
};
