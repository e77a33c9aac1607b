import { multiply, softplus, subtract } from '../graph/ops/elementwise.js';
import { reduceMean, reduceSum } from '../graph/ops/reduce.js';
import { float32 } from '../tensor.js';
import type { SingleLikelihood } from './likelihood.js';

/**
 * Any subset of L choices, each chosen with probability sigmoid(z_l), independent given the
 * weights.
 * Loss: 1/B sum_b sum_l [ max(z, 0) - z y + log(1 + exp(-|z|)) ], nats per item; finite for any z.
 * Accuracy: the share of all single choices that are right.
 */
export function bernoulli(choices: number): SingleLikelihood {
  return {
    targetType: 'float32',
    targetShape: [choices],
    noise: () => [],
    loss: (outputs, targets) => {
      const losses = subtract(softplus(outputs), multiply(outputs, targets));
      return reduceMean(reduceSum(losses, [1]));
    },
    targetTensor: ({ values }) =>
      float32(Float32Array.from(values), [values.length / choices, choices]),
    evaluate: (outputs, { values }) => {
      let [loss, hits] = [0, 0];
      for (let i = 0; i < values.length; i++) {
        const z = outputs[i]!;
        loss += Math.max(z, 0) - z * values[i]! + Math.log1p(Math.exp(-Math.abs(z)));
        if (z > 0 === (values[i] === 1)) hits += 1;
      }
      return { loss: loss / (values.length / choices), accuracy: hits / values.length };
    },
  };
}
