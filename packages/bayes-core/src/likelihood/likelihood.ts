import type { DType, Node, Shape } from '../graph/node.js';
import type { Parameters } from '../nn/parameters.js';
import type { TargetScale, Targets } from '../nn/targets.js';
import type { Tensor } from '../tensor.js';

/** How the outputs of a network become a distribution over answers. */
export type Likelihood = {
  /** Type and item shape of targets in the training graph. */
  readonly targetType: DType;
  readonly targetShape: Shape;
  /** Mean negative log likelihood of a batch in nats, in standardised units for numbers. */
  loss(outputs: Node, targets: Node, parameter: (name: string) => Node): Node;
  /** Raw targets as they are fed, with the same standardisation. */
  targetTensor(targets: Targets, scale: TargetScale): Tensor;
  /** Mean negative log likelihood and accuracy of outputs that came back, in the units of `loss`. */
  evaluate(
    outputs: ArrayLike<number>,
    targets: Targets,
    scale: TargetScale,
    parameters: Parameters,
  ): { loss: number; accuracy?: number };
};
