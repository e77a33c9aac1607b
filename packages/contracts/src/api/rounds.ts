import { z } from 'zod';
import { ItemId, ModelId, RoundId, ScheduleId, SimulationId } from '../ids.js';
import { AcquisitionRule } from '../project/acquisition-spec.js';
import { ModelSpec } from '../project/model-spec.js';
import { Instant, PageQuery, page, Rate } from './common.js';
import { endpoint } from './endpoint.js';
import { Item, project } from './projects.js';
import { Doubt } from './queue.js';

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

/** Share of the pool in each bin of epistemic doubt; edges has one more entry than counts. */
export const Histogram = z.object({ edges: z.array(z.number()), counts: z.array(z.int()) });
export type Histogram = z.infer<typeof Histogram>;

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
  epistemicMean: z.number().nullable(),
  aleatoricMean: z.number().nullable(),
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

export const ReliabilityBin = z.object({
  low: z.number(),
  high: z.number(),
  count: z.int(),
  confidence: z.number().nullable(),
  accuracy: Rate.nullable(),
});
export type ReliabilityBin = z.infer<typeof ReliabilityBin>;

const CalibrationScores = z.object({
  ece: z.number(),
  nll: z.number(),
  brier: z.number(),
  meanConfidence: z.number(),
  bins: z.array(ReliabilityBin),
});

export const ModelMetrics = z.object({
  kind: z.enum(['class', 'number']),
  heldOut: z.int(),
  heldOutSource: z.enum(['test', 'validation', 'control', 'none']),
  accuracy: Rate.nullable(),
  rmse: z.number().nullable(),
  nll: z.number().nullable(),
  temperature: z.number().nullable(),
  temperatureFittedOn: z.int(),
  before: CalibrationScores.nullable(),
  after: CalibrationScores.nullable(),
  perClass: z.array(
    z.object({
      value: z.string(),
      labels: z.int(),
      heldOut: z.int(),
      precision: z.number().nullable(),
      recall: z.number().nullable(),
      takenFor: z.object({ value: z.string(), times: z.int() }).nullable(),
    }),
  ),
  confusion: z.array(z.array(z.int())).nullable(),
  history: z.array(
    z.object({ epoch: z.int(), loss: z.number(), validationLoss: z.number().nullable() }),
  ),
});
export type ModelMetrics = z.infer<typeof ModelMetrics>;

export const Model = z.object({
  id: ModelId,
  roundId: RoundId,
  roundNumber: z.int(),
  labels: z.int(),
  spec: ModelSpec,
  promoted: z.boolean(),
  gate: z.object({ passed: z.boolean(), reason: z.string() }).nullable(),
  metrics: ModelMetrics.nullable(),
  onnxBytes: z.int().nullable(),
  safetensorsBytes: z.int().nullable(),
  createdAt: Instant,
});
export type Model = z.infer<typeof Model>;

export const Prediction = z.object({
  /** Class: probability by value. Number: null. */
  probabilities: z.record(z.string(), z.number()).nullable(),
  value: z.union([z.string(), z.number()]),
  total: z.number(),
  aleatoric: z.number(),
  epistemic: z.number(),
  /** Number: central 95 % interval of the predictive. */
  interval: z.object({ low: z.number(), high: z.number(), level: z.number() }).nullable(),
});
export type Prediction = z.infer<typeof Prediction>;

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
    params: project.extend({ number: z.coerce.number().int().min(1) }),
    response: Round,
  }),
  cancel: endpoint({
    id: 'rounds.cancel',
    method: 'POST',
    path: '/projects/:projectId/rounds/:number/cancel',
    summary: 'Stop a running round; the queue in use stays.',
    access: 'round.manage',
    scope: 'project',
    params: project.extend({ number: z.coerce.number().int().min(1) }),
    response: Round,
  }),
  uncertainty: endpoint({
    id: 'rounds.uncertainty',
    method: 'GET',
    path: '/projects/:projectId/uncertainty',
    summary: 'The pool on the plane of the two doubts: cells for all, dots for a sample.',
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
      items: z.array(z.object({ item: Item, doubt: Doubt })),
    }),
  }),
};

const model = project.extend({ modelId: ModelId });

export const modelEndpoints = {
  list: endpoint({
    id: 'models.list',
    method: 'GET',
    path: '/projects/:projectId/models',
    summary: 'Models, newest first.',
    access: 'model.read',
    scope: 'project',
    params: project,
    query: PageQuery,
    response: page(Model),
  }),
  get: endpoint({
    id: 'models.get',
    method: 'GET',
    path: '/projects/:projectId/models/:modelId',
    summary: 'One model with its calibration.',
    access: 'model.read',
    scope: 'project',
    params: model,
    response: Model,
  }),
  downloadOnnx: endpoint({
    id: 'models.downloadOnnx',
    method: 'GET',
    path: '/projects/:projectId/models/:modelId/model.onnx',
    summary: 'The predictive model: mean, total, aleatoric and epistemic from one file.',
    access: 'model.read',
    scope: 'project',
    params: model,
    responseType: 'application/octet-stream',
  }),
  downloadSafetensors: endpoint({
    id: 'models.downloadSafetensors',
    method: 'GET',
    path: '/projects/:projectId/models/:modelId/model.safetensors',
    summary: 'The weights, with spec and seed in the header.',
    access: 'model.read',
    scope: 'project',
    params: model,
    responseType: 'application/octet-stream',
  }),
  promote: endpoint({
    id: 'models.promote',
    method: 'POST',
    path: '/projects/:projectId/models/:modelId/promote',
    summary: 'Use this model for predictions, whatever the gate said.',
    access: 'model.manage',
    scope: 'project',
    params: model,
    response: Model,
    repeatable: true,
  }),
  predict: endpoint({
    id: 'models.predict',
    method: 'POST',
    path: '/projects/:projectId/models/:modelId/predict',
    summary: 'Answers with total, aleatoric and epistemic doubt. Rows as features or as items.',
    access: 'model.predict',
    scope: 'project',
    params: model,
    body: z.object({
      rows: z
        .array(
          z.union([
            z.array(z.number()).min(1).max(1_000_000),
            z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
          ]),
        )
        .min(1)
        .max(1024),
    }),
    response: z.object({
      modelId: ModelId,
      roundNumber: z.int(),
      unit: z.string(),
      predictions: z.array(Prediction),
    }),
    repeatable: true,
  }),
};

export const Schedule = z.object({
  id: ScheduleId,
  cron: z.string(),
  timeZone: z.string(),
  enabled: z.boolean(),
  nextAt: Instant.nullable(),
  lastFiredAt: Instant.nullable(),
  createdAt: Instant,
});
export type Schedule = z.infer<typeof Schedule>;
const ScheduleInput = z.object({
  cron: z.string().trim().min(5).max(100),
  timeZone: z.string().min(1).max(60).default('UTC'),
  enabled: z.boolean().default(true),
});
const schedule = project.extend({ scheduleId: ScheduleId });

export const scheduleEndpoints = {
  list: endpoint({
    id: 'schedules.list',
    method: 'GET',
    path: '/projects/:projectId/schedules',
    summary: 'When rounds start by the clock.',
    access: 'schedule.read',
    scope: 'project',
    params: project,
    response: z.object({ schedules: z.array(Schedule) }),
  }),
  create: endpoint({
    id: 'schedules.create',
    method: 'POST',
    path: '/projects/:projectId/schedules',
    summary: 'Start rounds by cron in a time zone.',
    access: 'schedule.manage',
    scope: 'project',
    params: project,
    body: ScheduleInput,
    response: Schedule,
    status: 201,
    idempotent: true,
  }),
  update: endpoint({
    id: 'schedules.update',
    method: 'PATCH',
    path: '/projects/:projectId/schedules/:scheduleId',
    summary: 'Change or switch off a schedule.',
    access: 'schedule.manage',
    scope: 'project',
    params: schedule,
    body: z.object({
      cron: z.string().trim().min(5).max(100).optional(),
      timeZone: z.string().min(1).max(60).optional(),
      enabled: z.boolean().optional(),
    }),
    response: Schedule,
  }),
  remove: endpoint({
    id: 'schedules.remove',
    method: 'DELETE',
    path: '/projects/:projectId/schedules/:scheduleId',
    summary: 'Remove a schedule.',
    access: 'schedule.manage',
    scope: 'project',
    params: schedule,
    status: 204,
  }),
};

export const SimulationSpec = z.object({
  rules: z.array(AcquisitionRule).min(1).max(12),
  seeds: z.int().min(1).max(20).default(3),
  startLabels: z.int().min(2).max(10_000).default(20),
  batch: z.int().min(1).max(1000).default(10),
  endLabels: z.int().min(3).max(100_000).default(200),
  poolSize: z.int().min(10).max(200_000).default(2000),
  modelSpec: ModelSpec.optional(),
  beta: z.number().gt(0).max(1000).default(8),
});
export type SimulationSpec = z.infer<typeof SimulationSpec>;

/** One replay: a rule with a seed. */
export const Replay = z.object({
  rule: AcquisitionRule,
  seed: z.int(),
  state: z.enum(['waiting', 'running', 'done', 'failed', 'cancelled']),
  fraction: z.number().min(0).max(1),
  error: z.string().nullable(),
  points: z.array(z.object({ labels: z.int(), metric: z.number() })),
  scoringSeconds: z.number().nullable(),
});
export type Replay = z.infer<typeof Replay>;

export const Simulation = z.object({
  id: SimulationId,
  state: z.enum(['queued', 'running', 'done', 'failed', 'cancelled']),
  spec: SimulationSpec,
  metricName: z.enum(['accuracy', 'rmse']),
  replays: z.array(Replay),
  secondsLeft: z.number().nullable(),
  createdAt: Instant,
  finishedAt: Instant.nullable(),
});
export type Simulation = z.infer<typeof Simulation>;
const simulation = project.extend({ simulationId: SimulationId });

export const simulationEndpoints = {
  list: endpoint({
    id: 'simulations.list',
    method: 'GET',
    path: '/projects/:projectId/simulations',
    summary: 'Replays of the loop on known answers, newest first.',
    access: 'simulation.read',
    scope: 'project',
    params: project,
    query: PageQuery,
    response: page(Simulation),
  }),
  create: endpoint({
    id: 'simulations.create',
    method: 'POST',
    path: '/projects/:projectId/simulations',
    summary: 'Replay the loop with several rules and seeds.',
    access: 'simulation.manage',
    scope: 'project',
    params: project,
    body: SimulationSpec,
    response: Simulation,
    status: 202,
    idempotent: true,
  }),
  get: endpoint({
    id: 'simulations.get',
    method: 'GET',
    path: '/projects/:projectId/simulations/:simulationId',
    summary: 'Curves so far.',
    access: 'simulation.read',
    scope: 'project',
    params: simulation,
    response: Simulation,
  }),
  cancel: endpoint({
    id: 'simulations.cancel',
    method: 'POST',
    path: '/projects/:projectId/simulations/:simulationId/cancel',
    summary: 'Stop a simulation; finished replays are kept.',
    access: 'simulation.manage',
    scope: 'project',
    params: simulation,
    response: Simulation,
  }),
  retry: endpoint({
    id: 'simulations.retry',
    method: 'POST',
    path: '/projects/:projectId/simulations/:simulationId/retry',
    summary: 'Run the failed replays again.',
    access: 'simulation.manage',
    scope: 'project',
    params: simulation,
    response: Simulation,
    status: 202,
  }),
};
