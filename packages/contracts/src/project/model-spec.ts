import { z } from 'zod';

/** Architectures by name; the papers' nets keep their published sizes. */
export const Network = z.discriminatedUnion('preset', [
  z.object({
    preset: z.literal('mlp'),
    hidden: z.array(z.int().min(1).max(4096)).min(1).max(6).default([128, 128]),
    activation: z.enum(['relu', 'tanh']).default('relu'),
  }),
  z.object({ preset: z.literal('mlp-512') }),
  z.object({ preset: z.literal('uci-50') }),
  z.object({ preset: z.literal('batchbald-conv') }),
  z.object({ preset: z.literal('gal-conv') }),
]);
export type Network = z.infer<typeof Network>;

/** How much of the KL divergence counts. */
const divergence = {
  /** Factor on the KL divergence; below 1 a colder posterior, which few labels need. */
  klScale: z.number().gt(0).max(1).default(0.01),
  /** Epochs over which the factor rises from 0, so that parts are of use before they are priced; early stopping waits for their end. */
  klWarmUpEpochs: z.int().min(0).max(1000).default(0),
};

export const Posterior = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('mc-dropout'), rate: z.number().gt(0).lt(1).default(0.5) }),
  z.object({ kind: z.literal('ensemble'), members: z.int().min(2).max(50).default(5) }),
  z.object({ kind: z.literal('point') }),
  z.object({
    kind: z.literal('mean-field'),
    estimator: z
      .enum(['weight-sampling', 'local-reparameterisation', 'flipout'])
      .default('local-reparameterisation'),
    /** Standard deviation of every weight before any label. */
    priorDeviation: z.number().gt(0).max(100).default(0.1),
    ...divergence,
  }),
  z.object({
    kind: z.literal('concrete-dropout'),
    initialRate: z.number().gt(0).lt(1).default(0.1),
    lengthScale: z.number().gt(0).max(1000).default(0.01),
  }),
  z.object({
    kind: z.literal('swag'),
    /** Epochs after training whose weights are gathered; all their deviations are kept. */
    epochs: z.int().min(2).max(100).default(20),
  }),
  z.object({
    kind: z.literal('laplace-last-layer'),
    curvature: z.enum(['kronecker', 'full']).default('kronecker'),
  }),
  z.object({ kind: z.literal('group-normal-jeffreys'), ...divergence }),
  z.object({
    kind: z.literal('group-horseshoe'),
    ...divergence,
    /** Scale of the prior that all groups of a layer share; the smaller, the fewer stay. */
    globalScale: z.number().gt(0).max(100).default(1e-5),
  }),
]);
export type Posterior = z.infer<typeof Posterior>;

export const Optimiser = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('adam'),
    learningRate: z.number().gt(0).max(1).default(1e-3),
    weightDecay: z.number().min(0).max(1).default(1e-4),
  }),
  z.object({
    kind: z.literal('sgd'),
    learningRate: z.number().gt(0).max(10).default(1e-2),
    momentum: z.number().min(0).lt(1).default(0.9),
    weightDecay: z.number().min(0).max(1).default(1e-4),
  }),
]);

/** Noise in the data, as the network sees it. */
export const Noise = z.object({
  /** Numbers: one noise for all items, or one predicted for each. */
  numbers: z.enum(['shared', 'per-item']).default('shared'),
  /** Choices of one: Gaussian noise on the logits, its size predicted for each item. */
  logits: z.boolean().default(false),
});
export type Noise = z.infer<typeof Noise>;

/** Training apart: the labels dealt to shards, each a job of its own, whose answers are multiplied round after round. */
export const Partitioned = z.object({
  shards: z.int().min(2).max(64).default(4),
  rounds: z.int().min(1).max(200).default(10),
  /** Share of each answer that is taken; 1 / shards when left out. */
  damping: z.number().gt(0).max(1).nullable().default(null),
});
export type Partitioned = z.infer<typeof Partitioned>;

const ONLY_MEAN_FIELD =
  "null unless the posterior is 'mean-field': other posteriors have no factors to multiply";

const warmUpOf = ({ posterior }: { posterior: Posterior }): number =>
  'klWarmUpEpochs' in posterior ? posterior.klWarmUpEpochs : 0;

/** How a project's network is built, how its weights are uncertain, how it is trained and sampled. */
export const ModelSpec = z
  .object({
    network: Network.default({ preset: 'mlp', hidden: [128, 128], activation: 'relu' }),
    posterior: Posterior.default({ kind: 'mc-dropout', rate: 0.5 }),
    optimiser: Optimiser.default({ kind: 'adam', learningRate: 1e-3, weightDecay: 1e-4 }),
    noise: Noise.default({ numbers: 'shared', logits: false }),
    batchSize: z.int().min(1).max(4096).default(64),
    maxEpochs: z.int().min(1).max(10_000).default(100),
    patience: z.int().min(1).max(1000).default(10),
    /** Rows drawn an epoch, each equally often, however few the labels are: keeps an epoch worth a check. */
    drawsPerEpoch: z.int().min(1).max(1_000_000).default(2048),
    /** T, the number of posterior samples behind each figure of doubt. */
    samples: z.int().max(10_000).default(50),
    /** Null: all labels in one place. Mean field only. */
    partitioned: Partitioned.nullable().default(null),
    /** A round begins from the posterior in use and learns from labels it has not seen. Mean field only. */
    streaming: z.boolean().default(false),
  })
  .refine((s) => s.posterior.kind === 'point' || s.samples >= 2, {
    message: 'at least 2 (one sample cannot disagree with itself)',
    path: ['samples'],
  })
  .refine((s) => s.posterior.kind === 'mean-field' || s.partitioned === null, {
    message: ONLY_MEAN_FIELD,
    path: ['partitioned'],
  })
  .refine((s) => s.posterior.kind === 'mean-field' || !s.streaming, {
    message:
      "false unless the posterior is 'mean-field': no other posterior can be the prior of the next round",
    path: ['streaming'],
  })
  .refine((s) => warmUpOf(s) < s.maxEpochs, {
    message: 'fewer than maxEpochs: otherwise the whole of the prior never counts',
    path: ['posterior', 'klWarmUpEpochs'],
  })
  .refine((s) => warmUpOf(s) === 0 || (s.partitioned === null && !s.streaming), {
    message:
      '0 with partitioned or streaming: a prior that knows something must count from the first step',
    path: ['posterior', 'klWarmUpEpochs'],
  });
export type ModelSpec = z.infer<typeof ModelSpec>;
export type ModelSpecInput = z.input<typeof ModelSpec>;
