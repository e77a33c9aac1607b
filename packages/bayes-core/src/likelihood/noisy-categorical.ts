import { constant, type Node } from '../graph/node.js';
import { add, exp, multiply, negate } from '../graph/ops/elementwise.js';
import { reshape, slice } from '../graph/ops/layout.js';
import { logMeanExp, logSoftmax, reduceMean, reduceSum } from '../graph/ops/reduce.js';
import { oneHot } from '../graph/ops/selection.js';
import { logSumExp } from '../log-space.js';
import type { ClassOutputSpec } from '../nn/spec.js';
import { fillNormal, normal } from '../random/normal.js';
import { stream } from '../random/stream.js';
import { int32 } from '../tensor.js';
import type { SingleLikelihood } from './likelihood.js';

/**
 * One class of C, with Gaussian noise on the logits whose size the network predicts for each item
 * and class. Outputs are C mean logits f and C log variances s; with u_d = f + exp(s/2) e_d and e_d
 * standard normal, p = 1/D sum_d softmax(u_d). Loss: -1/B sum_b log 1/D sum_d softmax(u_bd)[y_b],
 * by log-mean-exp.
 *
 * Training draws e anew for every item and step; `evaluate` and prediction use `logitNoiseDraws`.
 * @see Kendall & Gal 2017, equations 10 and 12
 * @see docs/decisions/0100
 */
export function noisyCategorical(
  { classes, logitNoise }: ClassOutputSpec,
  prefix: string,
): SingleLikelihood {
  const draws = logitNoise!.draws;
  const name = `${prefix}logitNoise`;
  const eps_D_C = logitNoiseDraws(classes, draws);
  return {
    targetType: 'int32',
    targetShape: [],
    noise: (batchSize) => [
      {
        name,
        stream: name,
        shape: [batchSize, draws, classes],
        fill: (source, out) => fillNormal(source, out),
      },
    ],
    loss: (outputs, targets, _parameter, noise) => {
      const logProbs = noisyLogProbs(outputs, noise(name), classes);
      const [rows] = targets.shape;
      const chosen = reshape(oneHot(targets, classes), [rows!, 1, classes]);
      const ofAnswer_B_D = reduceSum(multiply(chosen, logProbs), [2]);
      return negate(reduceMean(logMeanExp(ofAnswer_B_D, 1)));
    },
    targetTensor: (targets) => int32(Int32Array.from(targets.values), [targets.values.length]),
    evaluate: (outputs, { values }) => {
      let [loss, hits] = [0, 0];
      for (let row = 0; row < values.length; row++) {
        const logProbs = itemLogProbs(outputs, row * 2 * classes, eps_D_C, classes);
        loss -= logProbs[values[row]!]!;
        if (logProbs.indexOf(Math.max(...logProbs)) === values[row]) hits += 1;
      }
      return { loss: loss / values.length, accuracy: hits / values.length };
    },
  };
}

/**
 * log p of one posterior sample, [N, C]; noise of the logits is integrated over `logitNoiseDraws`.
 */
export function classLogProbs(outputs: Node, { classes, logitNoise }: ClassOutputSpec): Node {
  if (!logitNoise) return logSoftmax(outputs);
  const { draws } = logitNoise;
  const eps = constant(logitNoiseDraws(classes, draws), [1, draws, classes]);
  return logMeanExp(noisyLogProbs(outputs, eps, classes), 1);
}

/** log softmax(f + exp(s/2) e), [N, D, C], of outputs [N, 2C] and noise [N or 1, D, C]. */
function noisyLogProbs(outputs: Node, noise: Node, classes: number): Node {
  const rows = outputs.shape[0]!;
  const logits = reshape(slice(outputs, 1, 0, classes), [rows, 1, classes]);
  const logVariance = reshape(slice(outputs, 1, classes, 2 * classes), [rows, 1, classes]);
  const deviation = exp(multiply(constant(0.5), logVariance));
  return logSoftmax(add(logits, multiply(deviation, noise)));
}

/** The same for one item, in plain float64: log p of every class. */
function itemLogProbs(
  outputs: ArrayLike<number>,
  start: number,
  eps_D_C: Float32Array,
  classes: number,
): number[] {
  const draws = eps_D_C.length / classes;
  const logProbs_C_D = Array.from({ length: classes }, () => new Float64Array(draws));
  const logits = new Float64Array(classes);
  for (let d = 0; d < draws; d++) {
    for (let c = 0; c < classes; c++)
      logits[c] =
        outputs[start + c]! +
        Math.exp(outputs[start + classes + c]! / 2) * eps_D_C[d * classes + c]!;
    const norm = logSumExp(logits);
    for (let c = 0; c < classes; c++) logProbs_C_D[c]![d] = logits[c]! - norm;
  }
  return logProbs_C_D.map((draw_D) => logSumExp(draw_D) - Math.log(draws));
}

/**
 * Standard normal points [D, C] at which the logit noise is integrated, in pairs of opposite sign.
 * They depend on D and C alone: the same for every item, posterior sample, model and worker, so
 * that samples differ by their weights only and the noise of the integration is never taken for
 * epistemic uncertainty.
 */
export function logitNoiseDraws(classes: number, draws: number): Float32Array {
  const half = (draws * classes) / 2;
  const points = new Float32Array(draws * classes);
  points.set(normal(stream(0).split('logit noise').at(classes), half));
  for (let i = 0; i < half; i++) points[half + i] = -points[i]!;
  return points;
}
