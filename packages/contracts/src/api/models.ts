import { z } from 'zod';
import { ModelId, RoundId } from '../ids.js';
import { ModelSpec } from '../project/model-spec.js';
import { Instant, PageQuery, page, Rate } from './common.js';
import { endpoint } from './endpoint.js';
import { project } from './projects.js';

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
