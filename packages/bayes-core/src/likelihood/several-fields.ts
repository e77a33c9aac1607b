import { constant, type Node } from '../graph/node.js';
import { add, cast, exp, multiply, negate } from '../graph/ops/elementwise.js';
import { reshape, slice } from '../graph/ops/layout.js';
import type { Head } from '../nn/heads.js';
import { headScale, headTargets, type TargetScale, type Targets } from '../nn/targets.js';
import { float32, sizeOf } from '../tensor.js';
import type { Likelihood, SingleLikelihood } from './likelihood.js';

const HALF = constant(0.5);

/** A head with its own likelihood and its columns of the targets. */
type Part = {
  readonly head: Head;
  readonly likelihood: SingleLikelihood;
  readonly start: number;
  readonly width: number;
};

/**
 * Several questions answered by one network. Loss: sum_k of the heads' losses, where a head of
 * classes or choices is weighed by a learned task noise, exp(-s_k) L_k + s_k/2. Numbers carry
 * theirs in their own likelihood: exp(-s)/2 (y - f)^2 + s/2.
 * @see Kendall, Gal & Cipolla 2018, "Multi-Task Learning Using Uncertainty to Weigh Losses",
 * equations 7 and 10
 */
export function severalFields(
  heads: readonly Head[],
  likelihoods: readonly SingleLikelihood[],
): Likelihood {
  const parts = partsOf(heads, likelihoods);
  const columns = parts.reduce((sum, { width }) => sum + width, 0);
  const outputsWidth = heads.reduce((sum, { width }) => sum + width, 0);
  return {
    targetType: 'float32',
    targetShape: [columns],
    noise: (batchSize) => likelihoods.flatMap((likelihood) => likelihood.noise(batchSize)),
    loss: (outputs, targets, parameter, noise) => {
      const losses = parts.map((part) => {
        const { head, likelihood } = part;
        const own = slice(outputs, 1, head.start, head.start + head.width);
        const loss = likelihood.loss(own, targetsOf(targets, part), parameter, noise);
        if (!isWeighed(head)) return loss;
        const s = parameter(head.logVariance!);
        return add(multiply(exp(negate(s)), loss), multiply(HALF, s));
      });
      return losses.reduce((sum, loss) => add(sum, loss));
    },
    targetTensor: (targets, scale) => joinedTargets(parts, columns, targets, scale),
    evaluate: (outputs, targets, scale, parameters) => {
      const answers = headTargets(targets);
      let sum = 0;
      parts.forEach(({ head, likelihood }, k) => {
        const own = columnsOf(outputs, outputsWidth, head);
        const { loss } = likelihood.evaluate(own, answers[k]!, headScale(scale, k), parameters);
        const s = isWeighed(head) ? parameters[head.logVariance!]!.data[0]! : null;
        sum += s === null ? loss : Math.exp(-s) * loss + s / 2;
      });
      return { loss: sum };
    },
  };
}

const isWeighed = ({ output, logVariance }: Head): boolean =>
  output.kind !== 'number' && logVariance !== null;

function partsOf(heads: readonly Head[], likelihoods: readonly SingleLikelihood[]): Part[] {
  let start = 0;
  return heads.map((head, k) => {
    const likelihood = likelihoods[k]!;
    const width = sizeOf(likelihood.targetShape as readonly number[]);
    const part = { head, likelihood, start, width };
    start += width;
    return part;
  });
}

/**
 * One field's columns of the joined targets [B, columns], in the type and shape that its likelihood
 * takes.
 */
function targetsOf(targets: Node, { likelihood, start, width }: Part): Node {
  const own = slice(targets, 1, start, start + width);
  const shaped = reshape(own, [targets.shape[0]!, ...likelihood.targetShape]);
  return cast(shaped, likelihood.targetType);
}

/** All targets side by side as float32, [R, columns]: exact for class indexes below 2^24. */
function joinedTargets(
  parts: readonly Part[],
  columns: number,
  targets: Targets,
  scale: TargetScale,
) {
  const own = headTargets(targets).map((answers, k) =>
    parts[k]!.likelihood.targetTensor(answers, headScale(scale, k)),
  );
  const rows = own[0]!.data.length / parts[0]!.width;
  const all = new Float32Array(rows * columns);
  parts.forEach(({ start, width }, k) => {
    const { data } = own[k]!;
    for (let i = 0; i < data.length; i++)
      all[Math.floor(i / width) * columns + start + (i % width)] = data[i]!;
  });
  return float32(all, [rows, columns]);
}

function columnsOf(outputs: ArrayLike<number>, all: number, { start, width }: Head): Float64Array {
  const own = new Float64Array((outputs.length / all) * width);
  for (let i = 0; i < own.length; i++)
    own[i] = outputs[Math.floor(i / width) * all + start + (i % width)]!;
  return own;
}
