import { multiply, negate } from '../graph/ops/elementwise.js';
import { logSoftmax, reduceMean, reduceSum } from '../graph/ops/reduce.js';
import { oneHot } from '../graph/ops/selection.js';
import { logSumExp } from '../log-space.js';
import { int32 } from '../tensor.js';
import type { SingleLikelihood } from './likelihood.js';

/** One class of C. Loss: -1/B sum_b log softmax(outputs_b)[y_b], through log-sum-exp. */
export function categorical(classes: number): SingleLikelihood {
  return {
    targetType: 'int32',
    targetShape: [],
    noise: () => [],
    loss: (outputs, targets) =>
      negate(reduceMean(reduceSum(multiply(oneHot(targets, classes), logSoftmax(outputs)), [1]))),
    targetTensor: (targets) => int32(Int32Array.from(targets.values), [targets.values.length]),
    evaluate: (outputs, { values }) => {
      let [loss, hits] = [0, 0];
      for (let row = 0; row < values.length; row++) {
        const start = row * classes;
        let best = 0;
        for (let c = 1; c < classes; c++)
          if (outputs[start + c]! > outputs[start + best]!) best = c;
        loss += logSumExp(outputs, start, start + classes) - outputs[start + values[row]!]!;
        if (best === values[row]) hits += 1;
      }
      return { loss: loss / values.length, accuracy: hits / values.length };
    },
  };
}
