import { z } from 'zod';
import { ItemId, ModelId, RoundId } from '../ids.js';
import { AcquisitionRule } from '../project/acquisition-spec.js';
import { NetworkChoice } from '../project/compressed-model.js';
import { Instant, PageQuery, page, Rate } from './common.js';
import { endpoint } from './endpoint.js';
import { Item } from './items.js';
import { project } from './projects.js';
import { Uncertainty } from './queue.js';

export const RoundState = z.enum([
  'queued',
  'training',
  'scoring',
  'selecting',
  'ready',
  'superseded',
  'failed',
  'cancelled',
]);
export type RoundState = z.infer<typeof RoundState>;
/** Of a round that has not ended. */
export const RUNNING_STATES: readonly RoundState[] = ['queued', 'training', 'scoring', 'selecting'];

export const RoundTrigger = z.enum(['labels', 'schedule', 'person', 'api', 'first-labels']);

/** Reason codes of a failed round; the sentence for people is stored beside it. */
export const RoundFailure = z.enum([
  'too-few-labels',
  'one-class-only',
  'diverged',
  'bad-features',
  'out-of-memory',
  'worker-lost',
  'internal',
]);

export const ShardState = z.enum(['waiting', 'running', 'done', 'failed']);

export const RoundProgress = z.object({
  /** Of the stage that is running, 0 to 1. */
  fraction: z.number().min(0).max(1),
  message: z.string(),
  epoch: z.int().nullable(),
  loss: z.number().nullable(),
  shards: z.array(ShardState),
  shardRows: z.int().nullable(),
  itemsPerSecond: z.number().nullable(),
  secondsLeft: z.number().nullable(),
  workers: z.int(),
});
export type RoundProgress = z.infer<typeof RoundProgress>;

/** Share of the pool in each bin of epistemic uncertainty; edges has one more entry than counts. */
export const Histogram = z.object({ edges: z.array(z.number()), counts: z.array(z.int()) });
export type Histogram = z.infer<typeof Histogram>;

/**
 * Figures of labels that were chosen by uncertainty, weighed by the chances they were drawn with:
 * what the whole pool would give, and the standard errors of that.
 */
export const LureFigures = z.object({
  /** Held-out items that it rests on. */
  rows: z.int(),
  /**
   * As many items of equal weight would say as much: (sum of weights)^2 / sum of their squares
   * (Kish 1965). Null in older rounds.
   */
  effectiveRows: z.number().nullable().default(null),
  metric: z.object({ value: z.number(), standardError: z.number() }).nullable(),
  /** Nats; null for several choices. */
  nll: z.object({ value: z.number(), standardError: z.number() }).nullable(),
});
export type LureFigures = z.infer<typeof LureFigures>;

const ActiveTestFigure = z.object({
  value: z.number(),
  standardError: z.number(),
  /** Ends of the 95 % interval. */
  low: z.number(),
  high: z.number(),
});

/**
 * What the model would score on the whole pool, from the answers to active-test items, each weighed
 * by the chance it was drawn with.
 */
export const ActiveTestFigures = z.object({
  /** Active-test items that it rests on. */
  rows: z.int(),
  /** As many items of equal weight would say as much. */
  effectiveRows: z.number(),
  /** Accuracy, or RMSE; null where the estimated squared error is not above 0. */
  metric: ActiveTestFigure.nullable(),
  /** Nats. */
  nll: ActiveTestFigure.nullable(),
});
export type ActiveTestFigures = z.infer<typeof ActiveTestFigures>;

/** Why labelling may stop: what was measured, the limit, and a sentence. */
export const StopReason = z.object({
  code: z.enum(['total-uncertainty-low', 'curve-flat', 'answers-stable']),
  value: z.number(),
  limit: z.number(),
  sentence: z.string(),
});
export type StopReason = z.infer<typeof StopReason>;

/** What adaptive sampling came to, see the policy `firstSamples`. */
export const AdaptiveSampling = z.object({
  firstSamples: z.int(),
  samples: z.int(),
  /** Items that got all samples. */
  finalists: z.int(),
  items: z.int(),
  /** Networks that were run on items, over all samples of every item. */
  shareOfWork: z.number(),
});
export type AdaptiveSampling = z.infer<typeof AdaptiveSampling>;

export const RoundMetrics = z.object({
  labels: z.int(),
  metricName: z.enum(['accuracy', 'rmse']),
  metric: z.number().nullable(),
  metricLow: z.number().nullable(),
  metricHigh: z.number().nullable(),
  heldOut: z.int(),
  /** What the metric rests on: an imported split or the random control share. */
  heldOutSource: z.enum(['test', 'validation', 'control', 'none']),
  /** The same on items drawn at random, once there are 30 of them. */
  control: Rate.nullable(),
  ece: z.number().nullable(),
  nll: z.number().nullable(),
  brier: z.number().nullable(),
  /** Null where the held-out items are no labels chosen by chance. */
  lure: LureFigures.nullable().default(null),
  /** Null with fewer than two answers to active-test items. */
  activeTest: ActiveTestFigures.nullable().default(null),
  /**
   * Which network of the model scored the pool, and why not the compressed one where that was
   * wanted.
   */
  scoredBy: NetworkChoice.default({ network: 'full', reason: null }),
  /** Null where every item got all samples. */
  adaptiveSampling: AdaptiveSampling.nullable().default(null),
  epistemicMean: z.number().nullable(),
  aleatoricMean: z.number().nullable(),
  totalMean: z.number().nullable().default(null),
  /** Kappa of this model's answers on the held-out items with those of the model before. */
  agreement: z.number().nullable().default(null),
  /** Stop rules that look at a history and said stop when the round was ready. */
  stop: z.array(StopReason).default([]),
  epistemicHistogram: Histogram.nullable(),
  trainSeconds: z.number().nullable(),
  scoreSeconds: z.number().nullable(),
  selectSeconds: z.number().nullable(),
});
export type RoundMetrics = z.infer<typeof RoundMetrics>;

export const Round = z.object({
  id: RoundId,
  number: z.int(),
  state: RoundState,
  trigger: RoundTrigger,
  triggeredBy: z.string().nullable(),
  seed: z.int(),
  modelId: ModelId.nullable(),
  rule: AcquisitionRule,
  samples: z.int(),
  progress: RoundProgress.nullable(),
  metrics: RoundMetrics.nullable(),
  failure: z.object({ code: RoundFailure, message: z.string(), stage: RoundState }).nullable(),
  createdAt: Instant,
  startedAt: Instant.nullable(),
  readyAt: Instant.nullable(),
  finishedAt: Instant.nullable(),
});
export type Round = z.infer<typeof Round>;

/** As it stands in a path; the database counts rounds in 32 bits. */
const RoundNumber = z.coerce.number().int().min(1).max(2_147_483_647);

export const roundEndpoints = {
  start: endpoint({
    id: 'rounds.start',
    method: 'POST',
    path: '/projects/:projectId/rounds',
    summary: 'Start a round; while one runs, the wish is remembered once.',
    access: 'round.manage',
    scope: 'project',
    params: project,
    response: z.object({ round: Round.nullable(), remembered: z.boolean() }),
    status: 202,
    idempotent: true,
    refuses: ['round.running', 'round.too-few-labels'],
  }),
  list: endpoint({
    id: 'rounds.list',
    method: 'GET',
    path: '/projects/:projectId/rounds',
    summary: 'Rounds, newest first.',
    access: 'round.read',
    scope: 'project',
    params: project,
    query: PageQuery,
    response: page(Round),
  }),
  get: endpoint({
    id: 'rounds.get',
    method: 'GET',
    path: '/projects/:projectId/rounds/:number',
    summary: 'One round with its progress and metrics.',
    access: 'round.read',
    scope: 'project',
    params: project.extend({ number: RoundNumber }),
    response: Round,
  }),
  cancel: endpoint({
    id: 'rounds.cancel',
    method: 'POST',
    path: '/projects/:projectId/rounds/:number/cancel',
    summary: 'Stop a running round; the queue in use stays.',
    access: 'round.manage',
    scope: 'project',
    params: project.extend({ number: RoundNumber }),
    response: Round,
    refuses: ['round.not-running'],
  }),
  uncertainty: endpoint({
    id: 'rounds.uncertainty',
    method: 'GET',
    path: '/projects/:projectId/uncertainty',
    summary:
      'The pool on the plane of the two kinds of uncertainty: cells for all, dots for a sample.',
    access: 'round.read',
    scope: 'project',
    params: project,
    query: z.object({ points: z.coerce.number().int().min(100).max(5000).default(1500) }),
    response: z.object({
      roundNumber: z.int(),
      readyAt: Instant,
      samples: z.int(),
      items: z.int(),
      kind: z.enum(['class', 'number']),
      classes: z.array(z.string()),
      points: z.array(
        z.object({
          itemId: ItemId,
          epistemic: z.number(),
          aleatoric: z.number(),
          predictedClass: z.int().nullable(),
        }),
      ),
      /** Counts on a square grid over all items; `x` aleatoric, `y` epistemic, lower edges. */
      cellSize: z.number(),
      cells: z.array(z.object({ x: z.number(), y: z.number(), count: z.int() })),
      epistemicHistogram: Histogram,
      aleatoricHistogram: Histogram,
    }),
    refuses: ['model.not-ready'],
  }),
  uncertaintyItems: endpoint({
    id: 'rounds.uncertaintyItems',
    method: 'GET',
    path: '/projects/:projectId/uncertainty/items',
    summary: 'Items inside a rectangle of the plane, most epistemic first.',
    access: 'round.read',
    scope: 'project',
    params: project,
    query: z.object({
      epistemicMin: z.coerce.number().min(0),
      epistemicMax: z.coerce.number().min(0),
      aleatoricMin: z.coerce.number().min(0),
      aleatoricMax: z.coerce.number().min(0),
      limit: z.coerce.number().int().min(1).max(200).default(30),
    }),
    response: z.object({
      total: z.int(),
      byClass: z.array(z.object({ predictedClass: z.int(), count: z.int() })),
      items: z.array(z.object({ item: Item, uncertainty: Uncertainty })),
    }),
    refuses: ['model.not-ready'],
  }),
};
