import { resolveNetwork } from '../nn/network.js';
import type { Parameters } from '../nn/parameters.js';
import type { ModelSpec } from '../nn/spec.js';
import type { TargetScale } from '../nn/targets.js';
import { type Belief, factorName } from '../posterior/belief.js';
import { uncertainSlots } from '../posterior/gaussian-weights.js';
import { type NaturalParameters, naturalOf } from '../posterior/natural.js';
import { float32, type Tensor } from '../tensor.js';
import type { PartitionedState } from './state.js';

/**
 * Everything but its rows that a worker needs to fit one partition: where to begin, and the cavity
 * q / t_k as what is believed of the weights before these rows. Small enough to send: four float32
 * numbers per weight at most.
 */
export type PartitionTask = {
  readonly spec: ModelSpec;
  readonly seed: number;
  readonly targetScale: TargetScale;
  readonly round: number;
  readonly partition: number;
  readonly partitions: number;
  readonly start: Parameters;
  /**
   * Null where nothing but the prior of the spec is believed: a first round without an earlier
   * posterior, or one partition.
   */
  readonly belief: Belief | null;
};

/**
 * Which of all fits of a run this is; it names the fit's noise, so that no two fits share theirs.
 */
export function fitIndex({
  round,
  partition,
  partitions,
}: Pick<PartitionTask, 'round' | 'partition' | 'partitions'>) {
  return round * partitions + partition;
}

/**
 * The task of one partition: KL(q || cavity) - E_q ln p(rows of k | w), cavity = prior times the
 * other sites.
 * A prior that is not Gaussian stays as it is in every task, so no site has to stand in for it;
 * what it gave to a partition's answer is taken out again by `updateSites`.
 */
export function partitionTask(state: PartitionedState, partition: number): PartitionTask {
  const { spec, seed, targetScale, round, prior, parameters, sites } = state;
  const task = {
    spec,
    seed,
    targetScale,
    round,
    partition,
    partitions: sites.length,
    start: parameters,
  };
  const network = resolveNetwork(spec);
  const others = sites.filter((_, k) => k !== partition);
  const isPlain = others.every((site) =>
    Object.values(site).every(({ precision }) => precision.every((value) => value === 0)),
  );
  if (!prior && isPlain) return { ...task, belief: null };
  const streamingPrior = prior ? [naturalOf(network, prior)] : [];
  const factors = [...streamingPrior, ...others];
  const tensors = uncertainSlots(network).flatMap(({ name, shape }): [string, Tensor][] => {
    const centre = parameters[name]!;
    const size = centre.data.length;
    const [precision, slope] = [new Float32Array(size), new Float32Array(size)];
    for (let i = 0; i < size; i++) {
      const [lambda, shift] = sumAt(factors, name, i);
      precision[i] = lambda;
      // Taken in float64 about the weights as they are, so that nothing large has to cancel in
      // training.
      slope[i] = lambda * centre.data[i]! - shift;
    }
    return [
      [factorName(name, 'precision'), float32(precision, shape)],
      [factorName(name, 'centre'), centre],
      [factorName(name, 'slope'), float32(slope, shape)],
    ];
  });
  return { ...task, belief: { prior: !prior, factors: Object.fromEntries(tensors) } };
}

/** Precision and shift of a product of factors at one weight. */
export function sumAt(
  factors: readonly NaturalParameters[],
  name: string,
  i: number,
): [precision: number, shift: number] {
  let [precision, shift] = [0, 0];
  for (const factor of factors) {
    precision += factor[name]!.precision[i]!;
    shift += factor[name]!.shift[i]!;
  }
  return [precision, shift];
}
