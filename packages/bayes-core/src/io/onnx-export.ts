import { emitOnnx } from '../engine/onnx/emit.js';
import { NumericsError } from '../errors.js';
import { type Graph, graph } from '../graph/graph.js';
import { constant, input, type Node } from '../graph/node.js';
import { multiply } from '../graph/ops/elementwise.js';
import { flatten, slice } from '../graph/ops/layout.js';
import { loop } from '../graph/ops/loop.js';
import { reduceSum } from '../graph/ops/reduce.js';
import { forward } from '../nn/forward.js';
import type { Head } from '../nn/heads.js';
import { biasName, type DropoutLayer, type Layer, maskShape, weightName } from '../nn/layer.js';
import type { Network } from '../nn/network.js';
import type { ModelSpec } from '../nn/spec.js';
import { headScale, type TargetScale } from '../nn/targets.js';
import { type NetworkSample, NOTHING_DROPPED } from '../posterior/family.js';
import { familyOf, networkOf } from '../posterior/family-of.js';
import type { FittedPosterior } from '../posterior/fitted.js';
import { assertMoments, momentAnswers } from '../predict/moment-propagation/moment-predictor.js';
import { predictiveOutputs } from '../predict/sample-program.js';
import { boundaryShape, splitNetwork } from '../predict/split.js';
import { sizeOf, type Tensor } from '../tensor.js';
import {
  type HeadExportOptions,
  headExport,
  joinedUncertainties,
  type Named,
} from './export-heads.js';

export type ExportOptions = {
  readonly posterior: FittedPosterior;
  /** Posterior samples baked into the model; `fast` needs none. Default 1. */
  readonly samples?: number;
  /**
   * Calibrates `mean` as `applyTemperature` does, q_c = p_c^(1/T) / sum_j p_j^(1/T); the
   * uncertainties stay those of the samples; of choices, each binary answer likewise. One number,
   * or one for each field. Default 1; numbers have no other.
   */
  readonly temperature?: number | readonly number[];
  /**
   * `exact` runs the samples; `fast` is one pass that carries mean and variance, see
   * `createMomentPredictor`, and takes no samples. Default `exact`.
   */
  readonly mode?: 'exact' | 'fast';
};

/**
 * The predictive function as an ONNX model that any runtime opens: input `features` [N, ...item
 * shape] float32; outputs `mean` ([N, C] probabilities of classes, [N, L] of choices, or [N]
 * numbers), `total`, `aleatoric`, `epistemic` [N] (nats for classes and choices, squared units of
 * the target for numbers). Of several fields the same four for field k as `field<k>.mean` and so
 * on, and the joint uncertainties in nats. The same samples as `createPredictor` draws.
 * @throws invalid_argument when samples or temperature make no sense; unsupported when `fast`
 * cannot be, see `momentProblem`
 */
export function exportPredictiveOnnx(options: ExportOptions): Uint8Array {
  const { posterior, samples = 1, temperature = 1, mode = 'exact' } = options;
  return emitOnnx(predictiveGraph(options), {
    metadata: {
      format: 'dubio.predictive.1',
      spec: JSON.stringify(posterior.spec),
      mode,
      seed: String(posterior.seed),
      ...(mode === 'fast'
        ? {}
        : { samples: String(familyOf(posterior.spec.posterior).sampleCount(posterior, samples)) }),
      temperature: [temperature].flat().join(','),
    },
  });
}

/** The graph that is exported; features in, mean and uncertainties out. */
export function predictiveGraph(options: ExportOptions): Graph {
  const { posterior, samples = 1, temperature = 1, mode = 'exact' } = options;
  if (!Number.isSafeInteger(samples) || samples < 1) {
    throw new NumericsError(
      'invalid_argument',
      `Samples to export: expected a whole number of at least 1, got ${samples}.`,
      { samples },
    );
  }
  const temperatures = checkedTemperatures(posterior.spec, temperature);
  if (mode === 'fast') return fastGraph(posterior, temperatures);
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
  return graph(headResults(suffix, network, posterior.targetScale, { drawn, temperatures }));
}

/** One temperature for each question. */
function checkedTemperatures(
  { output }: ModelSpec,
  given: number | readonly number[],
): readonly number[] {
  const outputs = output.kind === 'fields' ? output.fields.map((field) => field.output) : [output];
  const all = typeof given === 'number' && given === 1 ? outputs.map(() => 1) : [given].flat();
  const isRight = (temperature: number, k: number) =>
    temperature > 0 &&
    Number.isFinite(temperature) &&
    (temperature === 1 || outputs[k]!.kind !== 'number');
  if (all.length === outputs.length && all.every(isRight)) return all;
  throw new NumericsError(
    'invalid_argument',
    `Temperature: expected ${outputs.length === 1 ? 'a positive number' : `${outputs.length} positive numbers, one for each field`} (1 for numbers), got ${all.join(', ')}.`,
    { temperature: all.join(', ') },
  );
}

/** One pass of moments: what it says of the answers takes the place of one sample's sums. */
function fastGraph(posterior: FittedPosterior, temperatures: readonly number[]): Graph {
  assertMoments(posterior.spec);
  const network = networkOf(posterior);
  const features = input('features', 'float32', ['N', ...network.inputShape]);
  const { parameters } = posterior.members[0]!;
  const drawn: readonly NetworkSample[] = [{ parameters, keep: NOTHING_DROPPED }];
  const all = momentAnswers(posterior, network, features).map(({ head, nodes }, k) => {
    const scale = headScale(posterior.targetScale, k);
    const { results } = headExport({ head, scale, drawn, temperature: temperatures[k]! });
    return { head, scale, results: results(asSums(head, nodes)) };
  });
  return graph(joinedResults(all));
}

/** The moments of answers by the names that `headExport` sums samples under. */
function asSums({ output }: Head, nodes: Named): Named {
  if (output.kind === 'number') return { ...nodes, scatter: nodes.variance! };
  if (output.kind === 'class') return nodes;
  return { ...nodes, entropy: reduceSum(nodes.entropy!, [1], { keepDims: true }) };
}

/**
 * The layers that samples differ in, and what makes each sample of them, stacked on the first axis.
 */
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

/** Runs the samples one after another in a loop, and sums every head up. */
function headResults(
  suffix: Suffix,
  network: Network,
  scale: TargetScale,
  { drawn, temperatures }: { drawn: HeadExportOptions['drawn']; temperatures: readonly number[] },
): Named {
  const zero = zeroColumn(suffix);
  const parts = network.heads.map((head, k) => {
    const own = headScale(scale, k);
    const sums = headExport({ head, scale: own, drawn, temperature: temperatures[k]! });
    return { head, scale: own, sums };
  });
  const { carried } = loop({
    carried: prefixed(parts.map(({ head, sums }) => [head.prefix, sums.start(zero)])),
    perStep: { ...suffix.perStep, share: stepShares(drawn.length) },
    captured: { hidden: suffix.hidden },
    body: ({ carried, perStep, captured }) => {
      const outputs = predictiveOutputs(runSample(suffix, captured.hidden!, perStep), network);
      const next = parts.map(({ head, sums }): [string, Named] => [
        head.prefix,
        sums.add(outputs, ofPrefix(carried, head.prefix), perStep.share!),
      ]);
      return { carried: prefixed(next), stacked: {} };
    },
  });
  const all = parts.map(({ head, scale, sums }) => ({
    head,
    scale,
    results: sums.results(ofPrefix(carried, head.prefix)),
  }));
  return joinedResults(all);
}

/** The results of one head as they are, of several with their joint uncertainties. */
function joinedResults(all: Parameters<typeof joinedUncertainties>[0]): Named {
  if (all.length === 1) return all[0]!.results;
  return {
    ...joinedUncertainties(all),
    ...prefixed(all.map(({ head, results }) => [head.prefix, results])),
  };
}

function prefixed(parts: readonly (readonly [string, Named])[]): Record<string, Node> {
  return Object.fromEntries(
    parts.flatMap(([prefix, nodes]) =>
      Object.entries(nodes).map(([name, node]): [string, Node] => [prefix + name, node]),
    ),
  );
}

function ofPrefix(nodes: Named, prefix: string): Named {
  return Object.fromEntries(
    Object.entries(nodes)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, node]) => [name.slice(prefix.length), node]),
  );
}

/** Zeros [N, 1] for a batch whose size is known only at run time. */
function zeroColumn({ hidden, width }: Suffix): Node {
  const flat = hidden.shape.length > 2 ? flatten(hidden) : hidden;
  return multiply(width > 1 ? slice(flat, 1, 0, 1) : flat, constant(0));
}

/** 1, 1/2, 1/3, ...: what each sample adds to a running mean. */
function stepShares(count: number): Node {
  return constant(
    Float32Array.from({ length: count }, (_, step) => 1 / (step + 1)),
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
