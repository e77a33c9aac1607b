import { z } from 'zod';
import { LeaseId, ProjectId } from '../ids.js';
import { Instant, PageQuery, page } from './common.js';
import { endpoint } from './endpoint.js';
import { Item } from './items.js';
import { project } from './projects.js';

/**
 * Why an item is served: by the rule, at random for honest figures, planted, before any model, or
 * drawn to test the model on. Whoever answers is told `control` of an active-test item, so that it
 * cannot be told apart.
 */
export const Origin = z.enum(['acquisition', 'control', 'gold', 'cold-start', 'active-test']);
export type Origin = z.infer<typeof Origin>;

/**
 * Figures of uncertainty of one item, nats for classes, squared units of the answer for numbers.
 */
export const Uncertainty = z.object({
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
export type Uncertainty = z.infer<typeof Uncertainty>;

export const LeasedItem = z.object({
  leaseId: LeaseId,
  item: Item,
  origin: Origin,
  /** Place in the queue, from 1. */
  rank: z.int(),
  generation: z.int(),
  expiresAt: Instant,
  /** Absent when the project hides the model from this person. */
  uncertainty: Uncertainty.nullable(),
  /** Share of the pool with less epistemic uncertainty. */
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
        uncertainty: Uncertainty.nullable(),
      }),
    ),
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
    refuses: ['simulation.no-truth'],
  }),
};
