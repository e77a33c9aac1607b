import { z } from 'zod';
import { ModelId, RoundId } from '../ids.js';
import { CompressedModel, UsedNetwork } from '../project/compressed-model.js';
import { AnswerValue } from '../project/label-schema.js';
import { ModelSpec } from '../project/model-spec.js';
import { Instant, PageQuery, page, Rate } from './common.js';
import { endpoint } from './endpoint.js';
import { ModelMetrics } from './model-metrics.js';
import { project } from './projects.js';

export const Model = z.object({
  id: ModelId,
  roundId: RoundId,
  roundNumber: z.int(),
  labels: z.int(),
  spec: ModelSpec,
  promoted: z.boolean(),
  gate: z.object({ passed: z.boolean(), reason: z.string() }).nullable(),
  /**
   * Whether its compressed model may stand for it, which `policies.useCompressedModel` asks for.
   */
  compressedModel: CompressedModel,
  metrics: ModelMetrics.nullable(),
  onnxBytes: z.int().nullable(),
  safetensorsBytes: z.int().nullable(),
  createdAt: Instant,
});
export type Model = z.infer<typeof Model>;

const BeforeAfter = z.object({ before: z.int(), after: z.int() });

/** Of the first field, on the held-out items, without a temperature. */
const CompressionFigures = z.object({
  accuracy: Rate.nullable(),
  rmse: z.number().nullable(),
  nll: z.number().nullable(),
});

/**
 * The compressed model that is left of a model when inputs, units, filters or weights that are
 * mostly noise go.
 */
export const ModelCompression = z.object({
  layers: z.array(
    z.object({
      name: z.string(),
      kind: z.enum(['dense', 'conv2d']),
      inputs: BeforeAfter,
      /** Units or filters. */
      outputs: BeforeAfter,
      /** Weights and biases that are stored, and how many of them are not 0. */
      numbers: BeforeAfter,
      nonZero: z.int(),
      /** Bits per number, by the posterior variance. */
      bits: z.int(),
      /** What was judged, by what, and from where on it was noise. */
      judged: z.enum(['inputs', 'filters', 'weights']),
      measure: z.enum(['log-alpha', 'negative-log-mode', 'noise']),
      threshold: z.number(),
      thresholdFrom: z.enum(['given', 'dip', 'limit']),
    }),
  ),
  numbers: BeforeAfter,
  bits: BeforeAfter,
  /**
   * Sway of each feature over the first layer, 0 where it is not read; null where filters come
   * first.
   */
  importance: z.array(z.number()).nullable(),
  inputShape: z.array(z.int()),
  heldOut: z.int(),
  /**
   * Both with all samples; and the compressed one as it is stored in these bits, with certain
   * weights.
   */
  full: CompressionFigures,
  compressed: CompressionFigures,
  rounded: CompressionFigures,
  /**
   * Whether the compressed model does as well as the full one on the held-out items, by the
   * tolerances that its reason names.
   */
  gate: z.object({ passed: z.boolean(), reason: z.string() }),
  onnxBytes: z.int(),
});
export type ModelCompression = z.infer<typeof ModelCompression>;

/**
 * How sets are made. Split: every answer that is at least as probable as a limit, the smallest sets
 * on average. Adaptive: the most probable answers until their sum reaches a limit, larger where the
 * model is uncertain. Of numbers both give the same interval.
 */
export const SetMethod = z.enum(['split', 'adaptive']);
export type SetMethod = z.infer<typeof SetMethod>;

/** What is asked of sets: in which share of cases they must hold the truth. */
const SetRequest = z.object({
  coverage: z.number().gt(0).lt(1),
  method: SetMethod.default('split'),
});
export type SetRequest = z.infer<typeof SetRequest>;

/** Answers that may be true: choices, or an interval of numbers. */
export const AnswerSet = z.object({
  choices: z.array(z.string()).nullable(),
  interval: z.object({ low: z.number(), high: z.number() }).nullable(),
});
export type AnswerSet = z.infer<typeof AnswerSet>;

/** What sets rest on. */
export const SetBasis = SetRequest.extend({
  field: z.string(),
  /** Rows that the limit was learned from. */
  calibrationRows: z.int(),
  /** How often such sets held the truth on other rows; null where there were none. */
  measured: Rate.nullable(),
});
export type SetBasis = z.infer<typeof SetBasis>;

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
  /** Null where none was asked for, and for several choices. */
  set: AnswerSet.nullable(),
});

export const Prediction = FieldPrediction.extend({
  /**
   * Several fields: each by its name. The answer above is that to the first, the uncertainty that
   * of all together in nats.
   */
  fields: z.record(z.string(), FieldPrediction.extend({ unit: z.string() })).nullable(),
});
export type Prediction = z.infer<typeof Prediction>;
export type FieldPrediction = z.infer<typeof FieldPrediction>;

/**
 * How predictions are made: by posterior samples, or by one pass that carries mean and variance
 * through the network.
 */
export const PredictMode = z.enum(['exact', 'fast']);
export type PredictMode = z.infer<typeof PredictMode>;

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
    refuses: ['model.not-ready'],
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
    refuses: ['model.not-ready'],
  }),
  compression: endpoint({
    id: 'models.compression',
    method: 'GET',
    path: '/projects/:projectId/models/:modelId/compression',
    summary:
      'The compressed model that is left of this model, its figures beside those of the full one, and the importance of each feature.',
    access: 'model.read',
    scope: 'project',
    params: model,
    response: ModelCompression,
    refuses: ['model.not-ready'],
  }),
  downloadCompressedOnnx: endpoint({
    id: 'models.downloadCompressedOnnx',
    method: 'GET',
    path: '/projects/:projectId/models/:modelId/compression/compressed.onnx',
    summary: 'The compressed model in one file, with the same inputs and outputs as model.onnx.',
    access: 'model.read',
    scope: 'project',
    params: model,
    responseType: 'application/octet-stream',
    refuses: ['model.not-ready'],
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
    refuses: ['model.not-ready'],
  }),
  predict: endpoint({
    id: 'models.predict',
    method: 'POST',
    path: '/projects/:projectId/models/:modelId/predict',
    summary:
      'Answers with total, aleatoric and epistemic uncertainty. Rows as features or as items. Mode exact runs the posterior samples of the model, fast one pass that approximates them. Where the project uses compressed models, that of the model answers if it may stand for the full one.',
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
      mode: PredictMode.default('exact'),
      /** Asks for a set of answers, or an interval, that holds the truth in this share of cases. */
      sets: SetRequest.optional(),
    }),
    response: z.object({
      modelId: ModelId,
      roundNumber: z.int(),
      /** The one that was used. */
      mode: PredictMode,
      /**
       * Which network of the model answered, and why the full one where the project wants the
       * compressed one.
       */
      network: UsedNetwork,
      networkReason: z.string().nullable(),
      unit: z.string(),
      /** One for each field that has sets; null where none were asked for. */
      sets: z.array(SetBasis).nullable(),
      predictions: z.array(Prediction),
    }),
    repeatable: true,
    refuses: ['model.not-ready', 'model.bad-input', 'model.no-fast', 'model.no-sets'],
  }),
};
