import { z } from 'zod';
import { AnnotationId, ItemId, LeaseId, ProjectId, UserId } from '../ids.js';
import { Answer } from '../project/label-schema.js';
import { Instant, PageQuery, page } from './common.js';
import { endpoint } from './endpoint.js';
import { Item } from './items.js';
import { project } from './projects.js';

/**
 * Why an item is served: by the rule, at random for honest figures, planted, before any model, or drawn to test the model on. Whoever
 * answers is told `control` of a test item, so that it cannot be told apart.
 */
export const Origin = z.enum(['acquisition', 'control', 'gold', 'cold-start', 'test']);
export type Origin = z.infer<typeof Origin>;

/** Figures of doubt of one item, nats for classes, squared units of the answer for numbers. */
export const Doubt = z.object({
  total: z.number().min(0),
  aleatoric: z.number().min(0),
  epistemic: z.number().min(0),
  /** Class: index of the most probable answer. Number: null. */
  predictedClass: z.int().nullable(),
  /** Number: the predicted mean. Class: null. */
  mean: z.number().nullable(),
  /** Class: votes of the posterior samples by class index; they add up to the samples. */
  votes: z.array(z.int()).nullable(),
});
export type Doubt = z.infer<typeof Doubt>;

export const LeasedItem = z.object({
  leaseId: LeaseId,
  item: Item,
  origin: Origin,
  /** Place in the queue, from 1. */
  rank: z.int(),
  generation: z.int(),
  expiresAt: Instant,
  /** Absent when the project hides the model from this person. */
  doubt: Doubt.nullable(),
  /** Share of the pool with less epistemic doubt. */
  epistemicQuantile: z.number().min(0).max(1).nullable(),
});
export type LeasedItem = z.infer<typeof LeasedItem>;

export const LabellingStatus = z.object({
  generation: z.int(),
  roundNumber: z.int().nullable(),
  roundReadyAt: Instant.nullable(),
  coldStart: z.enum(['diverse', 'random']).nullable(),
  queueSize: z.int(),
  queueLeft: z.int(),
  samples: z.int().nullable(),
  labelsUntilRound: z.int().nullable(),
  retrainAfterLabels: z.int().nullable(),
  mineToday: z.int(),
  mineInAll: z.int(),
  projectLabels: z.int(),
  medianMs: z.int().nullable(),
  showModel: z.boolean(),
});
export type LabellingStatus = z.infer<typeof LabellingStatus>;

export const SkipReason = z.enum(['unclear', 'broken', 'none-fits', 'not-mine', 'other']);

/** What a person said about an item. Append-only; `supersedes` points to the answer it replaces. */
export const Annotation = z.object({
  id: AnnotationId,
  itemId: ItemId,
  userId: UserId,
  userName: z.string(),
  kind: z.enum(['answer', 'skip', 'flag', 'retraction']),
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

export const Label = z.object({
  itemId: ItemId,
  externalId: z.string(),
  answer: Answer,
  confidence: z.number().min(0).max(1),
  annotations: z.int(),
  origin: Origin.nullable(),
  source: z.enum(['annotation', 'import']),
  updatedAt: Instant,
});
export type Label = z.infer<typeof Label>;

export const queueEndpoints = {
  lease: endpoint({
    id: 'queue.lease',
    method: 'POST',
    path: '/projects/:projectId/queue/leases',
    summary: 'Lease the best unserved items, up to `count`, counting those you hold already.',
    access: 'queue.lease',
    scope: 'project',
    params: project,
    body: z.object({
      count: z.int().min(1).max(50).default(10),
      /** Items the client holds; their leases are renewed, and they are not sent again. */
      holding: z.array(LeaseId).max(100).default([]),
    }),
    response: z.object({ leased: z.array(LeasedItem), status: LabellingStatus }),
    repeatable: true,
  }),
  renew: endpoint({
    id: 'queue.renew',
    method: 'POST',
    path: '/projects/:projectId/queue/leases/renew',
    summary: 'Heartbeat: keep leases alive. Says which are gone.',
    access: 'queue.lease',
    scope: 'project',
    params: project,
    body: z.object({ leaseIds: z.array(LeaseId).min(1).max(100) }),
    response: z.object({
      renewed: z.array(z.object({ leaseId: LeaseId, expiresAt: Instant })),
      lost: z.array(LeaseId),
    }),
    repeatable: true,
  }),
  release: endpoint({
    id: 'queue.release',
    method: 'POST',
    path: '/projects/:projectId/queue/leases/release',
    summary: 'Give items back unanswered.',
    access: 'queue.lease',
    scope: 'project',
    params: project,
    body: z.object({ leaseIds: z.array(LeaseId).min(1).max(100) }),
    status: 204,
    repeatable: true,
  }),
  status: endpoint({
    id: 'queue.status',
    method: 'GET',
    path: '/projects/:projectId/queue/status',
    summary: 'Progress, age of the queue, labels until the next round.',
    access: 'queue.lease',
    scope: 'project',
    params: project,
    response: LabellingStatus,
  }),
  list: endpoint({
    id: 'queue.list',
    method: 'GET',
    path: '/projects/:projectId/queue',
    summary: 'The queue in its order, with the figures behind it.',
    access: 'queue.read',
    scope: 'project',
    params: project,
    query: PageQuery,
    response: page(
      z.object({
        rank: z.int(),
        item: Item,
        origin: Origin,
        state: z.enum(['open', 'leased', 'done']),
        score: z.number().nullable(),
        doubt: Doubt.nullable(),
      }),
    ),
  }),
};

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
  }),
  list: endpoint({
    id: 'annotations.list',
    method: 'GET',
    path: '/projects/:projectId/annotations',
    summary: 'Annotations, newest first.',
    access: 'annotation.read',
    scope: 'project',
    params: project,
    query: PageQuery.extend({ itemId: ItemId.optional(), userId: UserId.optional() }),
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
    query: PageQuery,
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

export const demoEndpoints = {
  answer: endpoint({
    id: 'demo.answer',
    method: 'POST',
    path: '/projects/:projectId/demo-answers',
    summary: 'Let the demo annotator answer the next items from the true answers of the demo.',
    access: 'demo.answer',
    scope: 'project',
    params: z.object({ projectId: ProjectId }),
    body: z.object({ count: z.int().min(1).max(500).default(30) }),
    response: z.object({ accepted: z.int() }),
    status: 202,
    idempotent: true,
  }),
};
