import { NumericsError } from '../errors.js';
import { completeSpec } from '../nn/complete-spec.js';
import { type Network, resolveNetwork } from '../nn/network.js';
import type { Parameters } from '../nn/parameters.js';
import type { ModelSpec, PartialModelSpec } from '../nn/spec.js';
import type { TargetScale } from '../nn/targets.js';
import { familyOf } from '../posterior/family-of.js';
import { type EpochRecord, type FittedPosterior, fittedPosterior } from '../posterior/fitted.js';
import { type NaturalParameters, unitFactor } from '../posterior/natural.js';
import { priorFrom, requireBelief } from '../posterior/streaming-prior.js';
import { stream } from '../random/stream.js';

/**
 * Where a partitioned fit stands: q(w) is proportional to prior(w) t_1(w) ... t_K(w), one Gaussian
 * site factor t_k for the rows of each partition (Bui, Nguyen, Swaroop & Turner 2018, "Partitioned
 * Variational Inference", algorithm 1). Immutable.
 */
export type PartitionedState = {
  readonly spec: ModelSpec;
  readonly seed: number;
  readonly targetScale: TargetScale;
  /** Rows of each of the K partitions. */
  readonly partitionRows: readonly number[];
  /** Rounds that are done, and partitions that have answered in the one that is not. */
  readonly round: number;
  readonly answered: number;
  /** The streaming prior where it is the prior; the prior of the spec otherwise. */
  readonly prior: Parameters | null;
  /** q, as means and spreads; where training begins, before the first answer. */
  readonly parameters: Parameters;
  readonly sites: readonly NaturalParameters[];
  /**
   * q after the round that judged rows liked best, and its score (less is better); null while
   * nothing was judged.
   */
  readonly best: {
    readonly round: number;
    readonly score: number;
    readonly parameters: Parameters;
  } | null;
  readonly history: readonly EpochRecord[];
};

export type PartitionedOptions = {
  readonly spec: PartialModelSpec;
  readonly seed: number;
  /** Rows of each partition. */
  readonly partitionRows: readonly number[];
  /** Of the rows of all partitions together: they are one data set, and numbers have one scale. */
  readonly targetScale: TargetScale;
  /** The streaming prior; the partitions then hold new rows only, and its scale counts. */
  readonly prior?: FittedPosterior | undefined;
};

/**
 * The state before the first round: all sites are 1. Every partition begins at the same weights,
 * those of ordinary training with the same seed: partitions that began apart would number their
 * hidden units differently, and their product would mean nothing. First deviations are sqrt(K)
 * times those of the spec, as a K-th of the rows knows a K-th: the K sites of weights that no row
 * says anything about then do not claim together what ordinary training would not.
 * @throws invalid_spec when the posterior is not mean field
 * @throws invalid_argument for a partition without rows
 * @throws weights_mismatch when `prior` is of another spec
 */
export function beginPartitioned(options: PartitionedOptions): PartitionedState {
  const spec = completeSpec(options.spec);
  requireBelief(spec, 'training in partitions');
  const { seed, partitionRows } = options;
  const empty = partitionRows.findIndex((rows) => !(Number.isSafeInteger(rows) && rows > 0));
  if (empty >= 0 || partitionRows.length === 0) {
    throw new NumericsError(
      'invalid_argument',
      partitionRows.length === 0
        ? 'Training in partitions needs at least one partition, got none.'
        : `Partition ${empty} has ${partitionRows[empty]} rows: each needs at least one. Use fewer partitions, or more rows.`,
      { partitionRows },
    );
  }
  const network = resolveNetwork(spec);
  const prior = options.prior ? priorFrom(spec, network, options.prior) : null;
  return {
    spec,
    seed,
    targetScale: options.prior?.targetScale ?? options.targetScale,
    partitionRows,
    round: 0,
    answered: 0,
    prior,
    parameters: prior ?? firstValues(spec, network, seed, partitionRows.length),
    sites: partitionRows.map(() => unitFactor(network)),
    best: null,
    history: [],
  };
}

function firstValues(
  spec: ModelSpec,
  network: Network,
  seed: number,
  partitions: number,
): Parameters {
  const posterior = requireBelief(spec, 'training in partitions');
  const initialDeviation = posterior.initialDeviation * Math.sqrt(partitions);
  return familyOf({ ...posterior, initialDeviation })
    .trainingForm(network, 1)
    .initialValues(spec.initialisation, stream(seed).split('training').at(0).split('init'));
}

/**
 * The posterior that a state stands for: q after the best judged round, or after the last where
 * none was judged; before the first answer the weights training begins at.
 */
export function partitionedPosterior({
  spec,
  seed,
  targetScale,
  parameters,
  best,
  history,
}: PartitionedState): FittedPosterior {
  const members = [{ index: 0, parameters: best?.parameters ?? parameters }];
  return fittedPosterior({ spec, seed, targetScale, history, members });
}
