import { z } from 'zod';

const Stop = z.object({
  targetMetric: z.number().nullable().default(null),
  epistemicNats: z.number().min(0).nullable().default(null),
  labelBudget: z.int().min(1).nullable().default(null),
  /** Mean doubt of either kind. */
  totalDoubt: z.number().min(0).nullable().default(null),
  /** Least gain of the metric over the last rounds that is worth their labels. */
  leastGain: z.number().gt(0).nullable().default(null),
  /** Kappa from which on successive models count as giving the same answers. */
  agreement: z.number().gt(0).max(1).nullable().default(null),
});

/** The most of a queue that does not train: control and test items together. */
export const MOST_SET_APART = 0.5;

const policies = {
  /** A round starts after so many new labels; null switches the trigger off. */
  retrainAfterLabels: z.int().min(1).max(1_000_000).nullable(),
  /** Different people who answer each item. */
  overlap: z.int().min(1).max(20),
  leaseSeconds: z.int().min(15).max(3600),
  /** Items published by a round; the rest of the pool waits for the next one. */
  queueSize: z.int().min(1).max(1_000_000),
  /** Share of what is served that is drawn at random, for honest figures. */
  controlShare: z.number().min(0).max(0.5),
  /**
   * Share of what is served that is drawn to be tested on: by the loss that another network expects of the model, with known chances.
   * With `controlShare` at most `MOST_SET_APART`.
   */
  testShare: z.number().min(0).max(0.5),
  trainOnControl: z.boolean(),
  /** Labels count in training as if they had been drawn by chance alone (levelled weights); needs one of `CHANCE_RULES`. */
  levelTraining: z.boolean(),
  showModelToAnnotators: z.boolean(),
  /** A clearly worse model does not replace the old one. */
  gate: z.boolean(),
  /** The smaller network of a model, where it may stand for the full one, predicts and scores the pool. */
  useSmallNetwork: z.boolean(),
  /**
   * Samples that every item of the pool gets; the others only go to items that may still get into the queue. Null gives all
   * to all. At most a quarter of `modelSpec.samples`, and a rule of `RACE_RULES`.
   */
  firstSamples: z.int().min(4).max(250).nullable(),
  stop: Stop,
};

/** When to retrain, how many opinions, how long a lease lasts, when to stop. */
export const Policies = z.object({
  retrainAfterLabels: policies.retrainAfterLabels.default(20),
  overlap: policies.overlap.default(1),
  leaseSeconds: policies.leaseSeconds.default(300),
  queueSize: policies.queueSize.default(500),
  controlShare: policies.controlShare.default(0.1),
  testShare: policies.testShare.default(0),
  trainOnControl: policies.trainOnControl.default(false),
  levelTraining: policies.levelTraining.default(false),
  showModelToAnnotators: policies.showModelToAnnotators.default(false),
  gate: policies.gate.default(true),
  useSmallNetwork: policies.useSmallNetwork.default(false),
  firstSamples: policies.firstSamples.default(null),
  stop: policies.stop.default(Stop.parse({})),
});
export type Policies = z.infer<typeof Policies>;

/** Some of them, as a change: what is left out is not filled in, so that it stays as it was. */
export const PoliciesPatch = z.object(policies).partial();

/** What an item is, hence how it is shown and turned into features. */
export const ItemKind = z.enum(['image', 'table', 'vector', 'text']);
export type ItemKind = z.infer<typeof ItemKind>;

/** How items become features; learned constants live with the feature set, not here. */
export const Featuriser = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('pixels'),
    width: z.int().min(1).max(512),
    height: z.int().min(1).max(512),
    channels: z.union([z.literal(1), z.literal(3)]).default(1),
  }),
  z.object({ kind: z.literal('table') }),
  z.object({ kind: z.literal('vector') }),
  z.object({ kind: z.literal('text'), buckets: z.int().min(64).max(65_536).default(2048) }),
]);
export type Featuriser = z.infer<typeof Featuriser>;
