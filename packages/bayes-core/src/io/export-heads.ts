import { constant, type Node } from '../graph/node.js';
import {
  abs,
  add,
  divide,
  exp,
  log,
  maximum,
  multiply,
  negate,
  sigmoid,
  softplus,
  subtract,
} from '../graph/ops/elementwise.js';
import { reshape } from '../graph/ops/layout.js';
import { reduceSum, softmax } from '../graph/ops/reduce.js';
import type { Head } from '../nn/heads.js';
import { noiseVarianceOf } from '../nn/noise-variance.js';
import type { NumberOutputSpec } from '../nn/spec.js';
import type { TargetScale } from '../nn/targets.js';
import type { NetworkSample } from '../posterior/family.js';

export type Named = Readonly<Record<string, Node>>;

/** Mean and uncertainties of one question, [N] each but for the mean of classes and choices. */
export type HeadResults = {
  readonly mean: Node;
  readonly total: Node;
  readonly aleatoric: Node;
  readonly epistemic: Node;
};

/**
 * How one head is summed up over the samples inside a loop. Outputs as named by
 * `predictiveOutputs`.
 */
export type HeadExport = {
  /** Carried values before the first sample, from a zero [N, 1]. */
  readonly start: (zero: Node) => Named;
  /** After one more sample; `share` is 1 / (samples seen, this one included). */
  readonly add: (outputs: Named, carried: Named, share: Node) => Named;
  readonly results: (carried: Named) => HeadResults;
};

export type HeadExportOptions = {
  readonly head: Head;
  readonly scale: TargetScale;
  readonly drawn: readonly NetworkSample[];
  readonly temperature: number;
};

/** Keeps logarithms finite in float32; an answer this unlikely adds nothing to an entropy. */
const SMALLEST_PROBABILITY = constant(1e-37);
const ZERO = constant(0);
const ONE = constant(1);

export function headExport(options: HeadExportOptions): HeadExport {
  const { output } = options.head;
  if (output.kind === 'class') return classExport(options, output.classes);
  if (output.kind === 'choices') return choicesExport(options, output.choices);
  return numberExport(options, output);
}

/** Sums p and H[p] over the samples: total = H[mean], aleatoric = mean H, epistemic = the rest. */
function classExport({ head, drawn, temperature }: HeadExportOptions, classes: number): HeadExport {
  return {
    start: (zero) => ({
      probs: add(zero, constant(new Float32Array(classes), [1, classes])),
      entropy: zero,
    }),
    add: (outputs, carried) => {
      const probs = outputs[`${head.prefix}probs`]!;
      const logProbs = outputs[`${head.prefix}logProbs`]!;
      const entropy = negate(reduceSum(multiply(probs, logProbs), [1], { keepDims: true }));
      return { probs: add(carried.probs!, probs), entropy: add(carried.entropy!, entropy) };
    },
    results: (carried) => {
      const mean = multiply(carried.probs!, constant(1 / drawn.length));
      const logMean = safeLog(mean);
      const calibrated =
        temperature === 1 ? mean : softmax(multiply(logMean, constant(1 / temperature)));
      const total = negate(reduceSum(multiply(mean, logMean), [1]));
      return { mean: calibrated, ...uncertainties(total, carried.entropy!, drawn.length) };
    },
  };
}

/** The same for each of L binary answers, their entropies added up. */
function choicesExport(
  { head, drawn, temperature }: HeadExportOptions,
  choices: number,
): HeadExport {
  return {
    start: (zero) => ({
      probs: add(zero, constant(new Float32Array(choices), [1, choices])),
      entropy: zero,
    }),
    add: (outputs, carried) => {
      const logits = outputs[`${head.prefix}logits`]!;
      const size = abs(logits);
      const entropies = add(softplus(negate(size)), multiply(size, sigmoid(negate(size))));
      return {
        probs: add(carried.probs!, sigmoid(logits)),
        entropy: add(carried.entropy!, reduceSum(entropies, [1], { keepDims: true })),
      };
    },
    results: (carried) => {
      const mean = multiply(carried.probs!, constant(1 / drawn.length));
      const [yes, no] = [safeLog(mean), safeLog(subtract(ONE, mean))];
      const calibrated =
        temperature === 1 ? mean : sigmoid(multiply(subtract(yes, no), constant(1 / temperature)));
      const entropies = add(multiply(mean, yes), multiply(subtract(ONE, mean), no));
      const total = negate(reduceSum(entropies, [1]));
      return { mean: calibrated, ...uncertainties(total, carried.entropy!, drawn.length) };
    },
  };
}

/** Mean and variance of the samples' means by Welford's updates, in units of the target. */
function numberExport(
  { head, scale, drawn }: HeadExportOptions,
  output: NumberOutputSpec,
): HeadExport {
  const count = drawn.length;
  const isPerItem = output.noise === 'per-item';
  const variance = scale.deviation ** 2;
  return {
    start: (zero) => ({ mean: zero, scatter: zero, ...(isPerItem ? { noise: zero } : {}) }),
    add: (outputs, carried, share) => {
      const before = subtract(outputs[`${head.prefix}mean`]!, carried.mean!);
      const mean = add(carried.mean!, multiply(before, share));
      const after = subtract(outputs[`${head.prefix}mean`]!, mean);
      const scatter = add(carried.scatter!, multiply(before, after));
      if (!isPerItem) return { mean, scatter };
      const noise = add(carried.noise!, exp(outputs[`${head.prefix}logVariance`]!));
      return { mean, scatter, noise };
    },
    results: (carried) => {
      const flat = (value: Node) => reshape(value, ['N']);
      const mean = add(
        multiply(flat(carried.mean!), constant(scale.deviation)),
        constant(scale.mean),
      );
      const epistemic = multiply(flat(carried.scatter!), constant(variance / count));
      const shared = () =>
        drawn.reduce(
          (sum, { parameters }) => sum + noiseVarianceOf(output, head, scale, parameters) / count,
          0,
        );
      const aleatoric = isPerItem
        ? multiply(flat(carried.noise!), constant(variance / count))
        : add(multiply(epistemic, ZERO), constant(shared()));
      return { mean, total: add(epistemic, aleatoric), aleatoric, epistemic };
    },
  };
}

/** The joint uncertainties of several fields in nats, as `fieldsUncertainty` adds them up. */
export function joinedUncertainties(
  parts: readonly {
    readonly head: Head;
    readonly scale: TargetScale;
    readonly results: HeadResults;
  }[],
): Omit<HeadResults, 'mean'> {
  const information = parts.map(({ head, scale, results: { aleatoric, epistemic } }) => {
    if (head.output.kind !== 'number') return { aleatoric, epistemic };
    return {
      epistemic: halfLogOnePlus(divide(epistemic, aleatoric)),
      aleatoric: halfLogOnePlus(multiply(aleatoric, constant(1 / scale.deviation ** 2))),
    };
  });
  const sum = (nodes: readonly Node[]) => nodes.reduce((a, b) => add(a, b));
  const aleatoric = sum(information.map((part) => part.aleatoric));
  const epistemic = sum(information.map((part) => part.epistemic));
  return { total: add(aleatoric, epistemic), aleatoric, epistemic };
}

function uncertainties(total: Node, entropySum: Node, count: number): Omit<HeadResults, 'mean'> {
  const aleatoric = reshape(multiply(entropySum, constant(1 / count)), ['N']);
  return { total, aleatoric, epistemic: maximum(subtract(total, aleatoric), ZERO) };
}

const safeLog = (p: Node): Node => log(maximum(p, SMALLEST_PROBABILITY));

const halfLogOnePlus = (x: Node): Node => multiply(constant(0.5), log(add(ONE, x)));
