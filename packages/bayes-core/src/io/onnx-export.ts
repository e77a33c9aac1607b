import { emitOnnx } from '../engine/onnx/emit.js';
import { NumericsError } from '../errors.js';
import { type Graph, graph } from '../graph/graph.js';
import { constant, input, type Node } from '../graph/node.js';
import { add, exp, log, maximum, multiply, negate, subtract } from '../graph/ops/elementwise.js';
import { flatten, reshape, slice } from '../graph/ops/layout.js';
import { loop } from '../graph/ops/loop.js';
import { logSoftmax, reduceSum, softmax } from '../graph/ops/reduce.js';
import { noiseVarianceOf } from '../likelihood/gaussian.js';
import { forward } from '../nn/forward.js';
import { biasName, type DropoutLayer, type Layer, maskShape, weightName } from '../nn/layer.js';
import type { Network } from '../nn/network.js';
import type { NetworkSample } from '../posterior/family.js';
import { familyOf, networkOf } from '../posterior/family-of.js';
import type { FittedPosterior } from '../posterior/fitted.js';
import { boundaryShape, splitNetwork } from '../predict/split.js';
import { sizeOf, type Tensor } from '../tensor.js';

export type ExportOptions = {
  readonly posterior: FittedPosterior;
  /** Posterior samples baked into the model. */
  readonly samples: number;
  /**
   * Calibrates `mean` as `applyTemperature` does, q_c = p_c^(1/T) / sum_j p_j^(1/T); the doubts stay those of the
   * samples. Default 1. Classes only.
   */
  readonly temperature?: number;
};

/**
 * The predictive function as an ONNX model that any runtime opens: input `features` [N, ...item shape] float32;
 * outputs `mean` ([N, C] probabilities, or [N] numbers), `total`, `aleatoric`, `epistemic` [N]
 * (nats for classes, squared units of the target for numbers). The same samples as `createPredictor` draws.
 * @throws invalid_argument when samples or temperature make no sense
 */
export function exportPredictiveOnnx(options: ExportOptions): Uint8Array {
  const { posterior, samples, temperature = 1 } = options;
  return emitOnnx(predictiveGraph(options), {
    metadata: {
      format: 'dubio.predictive.1',
      spec: JSON.stringify(posterior.spec),
      seed: String(posterior.seed),
      samples: String(familyOf(posterior.spec.posterior).sampleCount(posterior, samples)),
      temperature: String(temperature),
    },
  });
}

/** The graph that is exported; features in, mean and doubts out. */
export function predictiveGraph({ posterior, samples, temperature = 1 }: ExportOptions): Graph {
  const { output } = posterior.spec;
  if (!Number.isSafeInteger(samples) || samples < 1) {
    throw new NumericsError(
      'invalid_argument',
      `Samples to export: expected a whole number of at least 1, got ${samples}.`,
      { samples },
    );
  }
  if (
    !(temperature > 0 && Number.isFinite(temperature)) ||
    (output.kind === 'number' && temperature !== 1)
  ) {
    throw new NumericsError(
      'invalid_argument',
      `Temperature: expected a positive number (1 for models of numbers), got ${temperature}.`,
      { temperature },
    );
  }
  const family = familyOf(posterior.spec.posterior);
  const network = networkOf(posterior);
  const count = family.sampleCount(posterior, samples);
  const drawn = Array.from({ length: count }, (_, index) =>
    family.sampleNetwork(posterior, network, index),
  );
  const split = splitNetwork(network, family.firstUncertainLayer(network));
  const features = input('features', 'float32', ['N', ...network.inputShape]);
  const shared = posterior.members[0]!.parameters;
  const hidden = forward(split.prefix, features, {
    parameter: (name) => asConstant(shared[name]!),
    mask: () => null,
  });
  const suffix: Suffix = {
    layers: split.suffix,
    hidden,
    width: sizeOf(boundaryShape(network, split)),
    perStep: {
      ...stackedMasks(split.suffix, drawn),
      ...(family.sharesParameters ? {} : stackedWeights(split.suffix, network, drawn)),
    },
    parameter: (name, perStep) => perStep[name] ?? asConstant(shared[name]!),
  };
  if (output.kind === 'class')
    return graph(classOutputs(suffix, count, output.classes, temperature));
  const { targetScale } = posterior;
  const variances = drawn.map(({ parameters }) =>
    noiseVarianceOf(output.noiseVariance, targetScale, parameters),
  );
  const aleatoric = variances.reduce((sum, variance) => sum + variance, 0) / count;
  return graph(numberOutputs(suffix, count, targetScale, aleatoric));
}

/** Keeps logarithms finite in float32; a class this unlikely adds nothing to an entropy. */
const SMALLEST_PROBABILITY = 1e-37;

type Named = Readonly<Record<string, Node>>;

/** The layers that samples differ in, and what makes each sample of them, stacked on the first axis. */
type Suffix = {
  readonly layers: readonly Layer[];
  readonly hidden: Node;
  readonly width: number;
  readonly perStep: Record<string, Node>;
  readonly parameter: (name: string, perStep: Named) => Node;
};

function runSample(suffix: Suffix, hidden: Node, perStep: Named): Node {
  return forward(suffix.layers, hidden, {
    parameter: (name) => suffix.parameter(name, perStep),
    mask: (layer) => perStep[`mask.${layer.name}`]!,
  });
}

/** Sums p and H[p] over the samples, then takes entropies: total = H[mean], aleatoric = mean H, epistemic = the rest. */
function classOutputs(suffix: Suffix, count: number, classes: number, temperature: number): Named {
  const zero = zeroColumn(suffix);
  const { carried } = loop({
    carried: { probs: add(zero, constant(new Float32Array(classes), [1, classes])), entropy: zero },
    perStep: { ...suffix.perStep, step: stepShares(count, () => 1) },
    captured: { hidden: suffix.hidden },
    body: ({ carried, perStep, captured }) => {
      const logProbs = logSoftmax(runSample(suffix, captured.hidden!, perStep));
      const probs = exp(logProbs);
      const entropy = negate(reduceSum(multiply(probs, logProbs), [1], { keepDims: true }));
      return {
        carried: { probs: add(carried.probs!, probs), entropy: add(carried.entropy!, entropy) },
        stacked: {},
      };
    },
  });
  const share = constant(1 / count);
  const mean = multiply(carried.probs!, share);
  const logMean = log(maximum(mean, constant(SMALLEST_PROBABILITY)));
  const total = negate(reduceSum(multiply(mean, logMean), [1]));
  const aleatoric = reshape(multiply(carried.entropy!, share), ['N']);
  const calibrated =
    temperature === 1 ? mean : softmax(multiply(logMean, constant(1 / temperature)));
  return {
    mean: calibrated,
    total,
    aleatoric,
    epistemic: maximum(subtract(total, aleatoric), constant(0)),
  };
}

/** Mean and variance of the samples' means by Welford's updates, in units of the target. */
function numberOutputs(
  suffix: Suffix,
  count: number,
  scale: { mean: number; deviation: number },
  aleatoric: number,
): Named {
  const zero = zeroColumn(suffix);
  const { carried } = loop({
    carried: { mean: zero, scatter: zero },
    perStep: { ...suffix.perStep, share: stepShares(count, (step) => 1 / (step + 1)) },
    captured: { hidden: suffix.hidden },
    body: ({ carried, perStep, captured }) => {
      const value = runSample(suffix, captured.hidden!, perStep);
      const before = subtract(value, carried.mean!);
      const mean = add(carried.mean!, multiply(before, perStep.share!));
      const scatter = add(carried.scatter!, multiply(before, subtract(value, mean)));
      return { carried: { mean, scatter }, stacked: {} };
    },
  });
  const mean = add(
    multiply(reshape(carried.mean!, ['N']), constant(scale.deviation)),
    constant(scale.mean),
  );
  const epistemic = multiply(
    reshape(carried.scatter!, ['N']),
    constant(scale.deviation ** 2 / count),
  );
  const noise = add(multiply(epistemic, constant(0)), constant(aleatoric));
  return { mean, total: add(epistemic, constant(aleatoric)), aleatoric: noise, epistemic };
}

/** Zeros [N, 1] for a batch whose size is known only at run time. */
function zeroColumn({ hidden, width }: Suffix): Node {
  const flat = hidden.shape.length > 2 ? flatten(hidden) : hidden;
  return multiply(width > 1 ? slice(flat, 1, 0, 1) : flat, constant(0));
}

function stepShares(count: number, share: (step: number) => number): Node {
  return constant(
    Float32Array.from({ length: count }, (_, step) => share(step)),
    [count],
  );
}

function stackedMasks(
  layers: readonly Layer[],
  drawn: readonly NetworkSample[],
): Record<string, Node> {
  const dropouts = layers.filter((layer): layer is DropoutLayer => layer.kind === 'dropout');
  return Object.fromEntries(
    dropouts.map((layer) => {
      const scale = 1 / (1 - layer.rate);
      const masks = drawn.map(({ keep }) =>
        Float32Array.from(keep.get(layer.name)!, (on) => on * scale),
      );
      return [`mask.${layer.name}`, stacked(masks, [1, ...maskShape(layer)])];
    }),
  );
}

function stackedWeights(
  layers: readonly Layer[],
  network: Network,
  drawn: readonly NetworkSample[],
): Record<string, Node> {
  const names = new Set(layers.flatMap((layer) => [weightName(layer), biasName(layer)]));
  const weights = network.parameters.filter(({ name }) => names.has(name));
  return Object.fromEntries(
    weights.map(({ name, shape }) => [
      name,
      stacked(
        drawn.map(({ parameters }) => parameters[name]!.data as Float32Array),
        shape,
      ),
    ]),
  );
}

function stacked(parts: readonly Float32Array[], shape: readonly number[]): Node {
  const size = sizeOf(shape);
  const data = new Float32Array(parts.length * size);
  parts.forEach((part, i) => {
    data.set(part, i * size);
  });
  return constant(data, [parts.length, ...shape]);
}

function asConstant({ data, shape }: Tensor): Node {
  return constant(data, shape);
}
