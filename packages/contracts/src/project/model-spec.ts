import { z } from 'zod';
import { DEFAULT_MODEL, modelProblems } from '../catalogue/model.js';
import { NETWORKS } from '../catalogue/networks.js';
import { POSTERIORS } from '../catalogue/posteriors/index.js';
import { LEARNING, NOISE, OPTIMISERS, PARTITION, TRAINING } from '../catalogue/training.js';
import { shapeOf, unionOf } from './from-catalogue.js';

export const Network = unionOf('preset', NETWORKS);
export type Network = z.infer<typeof Network>;

export const Posterior = unionOf('kind', POSTERIORS);
export type Posterior = z.infer<typeof Posterior>;

export const Optimiser = unionOf('kind', OPTIMISERS);

export const Noise = z.object(shapeOf(NOISE));
export type Noise = z.infer<typeof Noise>;

export const Partitioned = z.object(shapeOf(PARTITION));
export type Partitioned = z.infer<typeof Partitioned>;

/**
 * How a project's network is built, how its weights are uncertain, how it is trained and sampled.
 */
export const ModelSpec = z
  .object({
    network: Network.default(DEFAULT_MODEL.network),
    posterior: Posterior.default(DEFAULT_MODEL.posterior),
    optimiser: Optimiser.default(DEFAULT_MODEL.optimiser),
    noise: Noise.default(DEFAULT_MODEL.noise),
    ...shapeOf(TRAINING),
    /** Null: all labels in one place. */
    partitioned: Partitioned.nullable().default(null),
    ...shapeOf({ streaming: LEARNING.streaming }),
  })
  .superRefine((spec, context) => {
    for (const { path, expected } of modelProblems(spec)) {
      context.addIssue({ code: 'custom', path: [...path], message: expected });
    }
  });
export type ModelSpec = z.infer<typeof ModelSpec>;
export type ModelSpecInput = z.input<typeof ModelSpec>;
