import { z } from 'zod';
import { ModelId, RoundId } from '../ids.js';
import { AnswerValue } from '../project/label-schema.js';
import { ModelSpec } from '../project/model-spec.js';
import { Instant, PageQuery, page, Rate } from './common.js';
import { endpoint } from './endpoint.js';
import { project } from './projects.js';
import { LevelledFigures } from './rounds.js';

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
  /** Bounds that the items at hand allow (bootstrap, 95 %), and the ECE of bins that hold equally many items. */
  eceRange: z.object({ low: z.number(), high: z.number() }).nullable().default(null),
  adaptiveEce: z.number().nullable().default(null),
  nll: z.number(),
  brier: z.number(),
  meanConfidence: z.number(),
  bins: z.array(ReliabilityBin),
});

/** Sets of answers, or intervals, made to hold the truth in a stated share of cases, and how often they did. */
export const ConformalCoverage = z.object({
  level: z.number(),
  /** On items that the limit was not learned from. */
  coverage: Rate,
  fittedOn: z.int(),
  /** Classes: answers in a set. Numbers: width of an interval; null while it is infinite. */
  meanSize: z.number().nullable(),
});
export type ConformalCoverage = z.infer<typeof ConformalCoverage>;

/** Accuracy on what the model keeps when the items of greatest epistemic doubt go to a person. */
export const Retention = z.object({
  points: z.array(z.object({ referred: z.number(), accuracy: z.number() })),
  area: z.number(),
  areaByChance: z.number(),
  areaAtBest: z.number(),
});
export type Retention = z.infer<typeof Retention>;

export const ModelMetrics = z.object({
  /** Of the first field. */
  kind: z.enum(['class', 'choices', 'number']),
  heldOut: z.int(),
  heldOutSource: z.enum(['test', 'validation', 'control', 'none']),
  /** Several choices: the share of items of which every choice is right. */
  accuracy: Rate.nullable(),
  rmse: z.number().nullable(),
  nll: z.number().nullable(),
  /** Null where the held-out items are no labels chosen by chance. */
  levelled: LevelledFigures.nullable().default(null),
  temperature: z.number().nullable(),
  temperatureFittedOn: z.int(),
  before: CalibrationScores.nullable(),
  after: CalibrationScores.nullable(),
  conformal: z.array(ConformalCoverage).default([]),
  retention: Retention.nullable().default(null),
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
  /** Several fields: each on the held-out items. The figures above are those of the first. */
  fields: z
    .array(
      z.object({
        name: z.string(),
        kind: z.enum(['class', 'choices', 'number']),
        accuracy: Rate.nullable(),
        rmse: z.number().nullable(),
        nll: z.number().nullable(),
        ece: z.number().nullable(),
      }),
    )
    .default([]),
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

const FieldPrediction = z.object({
  /** Class: probability by value. Choices: the probability that each is chosen. Number: null. */
  probabilities: z.record(z.string(), z.number()).nullable(),
  value: AnswerValue,
  /** Nats for classes and choices, squared units of the answer for numbers. */
  total: z.number(),
  aleatoric: z.number(),
  epistemic: z.number(),
  /** Number: central 95 % interval of the predictive. */
  interval: z.object({ low: z.number(), high: z.number(), level: z.number() }).nullable(),
});

export const Prediction = FieldPrediction.extend({
  /** Several fields: each by its name. The answer above is that to the first, the doubt that of all together in nats. */
  fields: z.record(z.string(), FieldPrediction.extend({ unit: z.string() })).nullable(),
});
export type Prediction = z.infer<typeof Prediction>;
export type FieldPrediction = z.infer<typeof FieldPrediction>;

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
