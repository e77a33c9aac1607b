import type { DType, Node, Shape } from '../graph/node.js';
import type { Parameters } from '../nn/parameters.js';
import type { SingleTargets, TargetScale, Targets } from '../nn/targets.js';
import type { NoiseInput } from '../posterior/family.js';
import type { Tensor } from '../tensor.js';

/** The learned scalars and the noise of a training step, by name. */
export type Named = (name: string) => Node;

/** How the outputs of a network become a distribution over answers of one kind. */
export type LikelihoodOf<Answers extends Targets> = {
  /** Type and item shape of targets in the training graph. */
  readonly targetType: DType;
  readonly targetShape: Shape;
  /** Random numbers that the loss of a step takes for a batch. */
  noise(batchSize: number): readonly NoiseInput[];
  /** Mean negative log likelihood of a batch in nats, in standardised units for numbers. */
  loss(outputs: Node, targets: Node, parameter: Named, noise: Named): Node;
  /** Raw targets as they are fed, with the same standardisation. */
  targetTensor(targets: Answers, scale: TargetScale): Tensor;
  /**
   * Mean negative log likelihood and accuracy of outputs that came back, in the units of `loss`.
   */
  evaluate(
    outputs: ArrayLike<number>,
    targets: Answers,
    scale: TargetScale,
    parameters: Parameters,
  ): { loss: number; accuracy?: number };
};

export type Likelihood = LikelihoodOf<Targets>;

/** Of one question. */
export type SingleLikelihood = LikelihoodOf<SingleTargets>;
