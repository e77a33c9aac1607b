import { z } from 'zod';
import { Rate } from './common.js';
import { LevelledFigures, TestedFigures } from './rounds.js';

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
  /** Null with fewer than two answers to test items. The gate goes by the held-out items alone. */
  tested: TestedFigures.nullable().default(null),
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
    z.object({
      epoch: z.int(),
      loss: z.number(),
      validationLoss: z.number().nullable(),
      /** Bits for the training answers given the weights, and for the weights; where weights are fitted by a KL divergence. */
      descriptionLength: z
        .object({ errorBits: z.number(), complexityBits: z.number() })
        .nullable()
        .default(null),
    }),
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
        temperature: z.number().nullable().default(null),
        temperatureFittedOn: z.int().default(0),
        /** With the temperature; null without one. */
        eceAfter: z.number().nullable().default(null),
      }),
    )
    .default([]),
});
export type ModelMetrics = z.infer<typeof ModelMetrics>;
