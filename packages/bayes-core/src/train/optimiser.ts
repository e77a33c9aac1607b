import { constant, type Node } from '../graph/node.js';
import { add, divide, multiply, sqrt, square, subtract } from '../graph/ops/elementwise.js';
import { reshape, slice } from '../graph/ops/layout.js';
import type { OptimiserSpec } from '../nn/spec.js';

/**
 * How gradients become new parameters. State is a fixed list of tensors, each shaped like its
 * parameter.
 */
export type Optimiser = {
  readonly stateNames: readonly string[];
  /** Numbers that change from step to step, made outside and fed: [coefficientCount] a step. */
  readonly coefficientCount: number;
  coefficients(step: number): readonly number[];
  update(
    parameter: Node,
    gradient: Node,
    state: readonly Node[],
    coefficients: Node,
  ): { parameter: Node; state: readonly Node[] };
};

export function optimiserOf(spec: OptimiserSpec): Optimiser {
  return spec.kind === 'adam' ? adam(spec.learningRate) : sgd(spec.learningRate, spec.momentum);
}

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/**
 * Adam (Kingma & Ba 2015, algorithm 1) with its moments kept unscaled, M = m / (1 - beta1) and V =
 * v / (1 - beta2), which saves two multiplications per weight. With q = sqrt((1 - beta2^t) / (1 -
 * beta2)):
 * p -= rate (1 - beta1) / (1 - beta1^t) q * M / (sqrt(V) + epsilon q), the same update.
 */
function adam(rate: number): Optimiser {
  return {
    stateNames: ['first', 'second'],
    coefficientCount: 2,
    coefficients: (step) => {
      const t = step + 1;
      const q = Math.sqrt((1 - BETA2 ** t) / (1 - BETA2));
      return [((rate * (1 - BETA1)) / (1 - BETA1 ** t)) * q, EPSILON * q];
    },
    update: (parameter, gradient, [first, second], coefficients) => {
      const nextFirst = add(multiply(first!, constant(BETA1)), gradient);
      const nextSecond = add(multiply(second!, constant(BETA2)), square(gradient));
      const direction = divide(nextFirst, add(sqrt(nextSecond), coefficient(coefficients, 1)));
      const next = subtract(parameter, multiply(direction, coefficient(coefficients, 0)));
      return { parameter: next, state: [nextFirst, nextSecond] };
    },
  };
}

/** Stochastic gradient descent with heavy-ball momentum: v = momentum v + g, p -= rate v. */
function sgd(rate: number, momentum: number): Optimiser {
  const coefficients = () => [rate];
  if (momentum === 0) {
    return {
      stateNames: [],
      coefficientCount: 1,
      coefficients,
      update: (parameter, gradient, _state, numbers) => ({
        parameter: subtract(parameter, multiply(gradient, coefficient(numbers, 0))),
        state: [],
      }),
    };
  }
  return {
    stateNames: ['velocity'],
    coefficientCount: 1,
    coefficients,
    update: (parameter, gradient, [velocity], numbers) => {
      const next = add(multiply(velocity!, constant(momentum)), gradient);
      return {
        parameter: subtract(parameter, multiply(next, coefficient(numbers, 0))),
        state: [next],
      };
    },
  };
}

function coefficient(coefficients: Node, index: number): Node {
  return reshape(slice(coefficients, 0, index, index + 1), []);
}
