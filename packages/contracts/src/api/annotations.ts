import { z } from 'zod';
import { AnnotationId, ItemId, LeaseId, UserId } from '../ids.js';
import { Answer } from '../project/label-schema.js';
import { Instant, PageQuery, page } from './common.js';
import { endpoint } from './endpoint.js';
import { Item } from './items.js';
import { project } from './projects.js';
import { LabellingStatus, LeasedItem, Origin } from './queue.js';

export const SkipReason = z.enum(['unclear', 'broken', 'none-fits', 'not-mine', 'other']);

const AnnotationKind = z.enum(['answer', 'skip', 'flag', 'retraction']);

/** What a person said about an item. Append-only; `supersedes` points to the answer it replaces. */
export const Annotation = z.object({
  id: AnnotationId,
  itemId: ItemId,
  userId: UserId,
  userName: z.string(),
  kind: AnnotationKind,
  answer: Answer.nullable(),
  reason: z.string().nullable(),
  note: z.string().nullable(),
  origin: Origin,
  /** Kept, but beyond the answers the item needed. */
  extra: z.boolean(),
  durationMs: z.int(),
  supersedes: AnnotationId.nullable(),
  createdAt: Instant,
});
export type Annotation = z.infer<typeof Annotation>;

export const AnnotationInput = z.object({
  /** Made by the client, once an answer: sending it again stores nothing new. */
  key: z.uuid(),
  itemId: ItemId,
  leaseId: LeaseId.nullable().default(null),
  kind: z.enum(['answer', 'skip', 'flag']),
  answer: Answer.optional(),
  reason: SkipReason.optional(),
  note: z.string().trim().max(2000).optional(),
  durationMs: z.int().min(0).max(86_400_000),
  supersedes: AnnotationId.optional(),
});
export type AnnotationInput = z.infer<typeof AnnotationInput>;

export const AnnotationOutcome = z.object({
  key: z.uuid(),
  status: z.enum(['stored', 'already-stored', 'refused']),
  annotation: Annotation.nullable(),
  code: z.string().nullable(),
  detail: z.string().nullable(),
});
export type AnnotationOutcome = z.infer<typeof AnnotationOutcome>;

/** What people agreed on, what came with an import, or what somebody set right. */
export const LabelSource = z.enum(['annotation', 'import', 'correction']);
export type LabelSource = z.infer<typeof LabelSource>;

export const Label = z.object({
  itemId: ItemId,
  externalId: z.string(),
  answer: Answer,
  confidence: z.number().min(0).max(1),
  annotations: z.int(),
  origin: Origin.nullable(),
  source: LabelSource,
  updatedAt: Instant,
});
export type Label = z.infer<typeof Label>;

/** A label as it was or is: `replacedAt` is null for the one in use. */
export const LabelVersion = z.object({
  answer: Answer,
  source: LabelSource,
  annotations: z.int(),
  changedBy: z.object({ id: UserId, name: z.string() }).nullable(),
  note: z.string().nullable(),
  updatedAt: Instant,
  replacedAt: Instant.nullable(),
});
export type LabelVersion = z.infer<typeof LabelVersion>;

export const annotationEndpoints = {
  submit: endpoint({
    id: 'annotations.submit',
    method: 'POST',
    path: '/projects/:projectId/annotations',
    summary:
      'Store answers, each exactly once by its key; one bad answer does not stop the others.',
    access: 'annotation.create',
    scope: 'project',
    params: project,
    body: z.object({ annotations: z.array(AnnotationInput).min(1).max(100) }),
    response: z.object({ outcomes: z.array(AnnotationOutcome), status: LabellingStatus }),
    repeatable: true,
  }),
  undo: endpoint({
    id: 'annotations.undo',
    method: 'POST',
    path: '/projects/:projectId/annotations/undo',
    summary: 'Take back your last answer and lease its item again; repeat for the one before.',
    access: 'annotation.create',
    scope: 'project',
    params: project,
    body: z.object({
      key: z.uuid(),
      /** The answer to take back; your last one that still stands when absent. */
      annotationId: AnnotationId.optional(),
    }),
    response: z.object({
      retracted: Annotation.nullable(),
      leased: LeasedItem.nullable(),
      status: LabellingStatus,
    }),
    repeatable: true,
    refuses: ['annotation.not-yours', 'annotation.superseded', 'idempotency.mismatch'],
  }),
  list: endpoint({
    id: 'annotations.list',
    method: 'GET',
    path: '/projects/:projectId/annotations',
    summary: 'Annotations, newest first.',
    access: 'annotation.read',
    scope: 'project',
    params: project,
    query: PageQuery.extend({
      itemId: ItemId.optional(),
      userId: UserId.optional(),
      kind: AnnotationKind.optional(),
    }),
    response: page(Annotation),
  }),
  mine: endpoint({
    id: 'annotations.mine',
    method: 'GET',
    path: '/projects/:projectId/annotations/mine',
    summary: 'Your own last answers with their items.',
    access: 'annotation.create',
    scope: 'project',
    params: project,
    query: PageQuery.extend({
      kind: z.enum(['answer', 'skip', 'flag']).optional(),
      /** `pool`: only those whose items still wait for a label. */
      itemState: Item.shape.state.optional(),
    }),
    response: page(Annotation.extend({ item: Item })),
  }),
};

export const labelEndpoints = {
  list: endpoint({
    id: 'labels.list',
    method: 'GET',
    path: '/projects/:projectId/labels',
    summary: 'Agreed answers.',
    access: 'label.read',
    scope: 'project',
    params: project,
    query: PageQuery,
    response: page(Label),
  }),
  correct: endpoint({
    id: 'labels.correct',
    method: 'PUT',
    path: '/projects/:projectId/items/:itemId/label',
    summary:
      'Set a label right, wherever it came from. What it was stays in its versions; later answers do not change it.',
    access: 'label.correct',
    scope: 'project',
    params: project.extend({ itemId: ItemId }),
    body: z.object({
      answer: Answer,
      note: z.string().trim().max(2000).optional(),
      /** `updatedAt` of the label that you saw; a later change of somebody else is then kept. */
      seenAt: Instant.optional(),
    }),
    response: Label,
    repeatable: true,
    refuses: ['label.none', 'annotation.invalid', 'resource.conflict'],
  }),
  versions: endpoint({
    id: 'labels.versions',
    method: 'GET',
    path: '/projects/:projectId/items/:itemId/label/versions',
    summary: 'The label of an item and what it was before, newest first.',
    access: 'label.read',
    scope: 'project',
    params: project.extend({ itemId: ItemId }),
    response: z.object({ versions: z.array(LabelVersion) }),
  }),
  exportCsv: endpoint({
    id: 'labels.exportCsv',
    method: 'GET',
    path: '/projects/:projectId/labels.csv',
    summary: 'All labels as CSV, streamed; cells that a spreadsheet would run are guarded.',
    access: 'label.export',
    scope: 'project',
    params: project,
    responseType: 'text/csv',
  }),
  exportJsonl: endpoint({
    id: 'labels.exportJsonl',
    method: 'GET',
    path: '/projects/:projectId/labels.jsonl',
    summary: 'All labels as JSON lines, streamed.',
    access: 'label.export',
    scope: 'project',
    params: project,
    responseType: 'application/x-ndjson',
  }),
};
