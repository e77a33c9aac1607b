import type { Node } from '../graph/node.js';
import { constant } from '../graph/node.js';
import { add, exp, multiply, sqrt, square } from '../graph/ops/elementwise.js';
import { reduceSum } from '../graph/ops/reduce.js';
import type { ConvLayer, DenseLayer } from '../nn/layer.js';
import type { Parameters } from '../nn/parameters.js';
import type { GroupSpec } from '../nn/posterior-spec.js';
import { gammaDivergence, inverseGammaDivergence } from '../prior/half-cauchy.js';
import { logUniformPrior } from '../prior/log-uniform.js';
import type { PruningScores, StepValues, TensorSlot } from './family.js';
import { deviationOf, inverseSoftplus, rhoName, softplus } from './gaussian-weights.js';

export type WeightLayer = DenseLayer | ConvLayer;

/**
 * Inputs of a dense layer share a scale, and filters of a convolution: what can be left out as a
 * whole.
 */
export function groupCount({ kind, inputShape, outputShape }: WeightLayer): number {
  return kind === 'dense' ? inputShape[0]! : outputShape[0]!;
}

/** How the scales z of one layer's groups are uncertain. */
export type GroupScales = {
  /**
   * Means of scales or of their logarithms, each with a `rho` of its own, and their first values.
   */
  slots(
    layer: WeightLayer,
  ): readonly (TensorSlot & { readonly mean: number; readonly deviation: number })[];
  /** Standard normal numbers that a draw takes: how many of each, a group or one for the layer. */
  readonly noise: readonly { readonly part: string; readonly perGroup: boolean }[];
  /** z from noise [.., G] or [.., 1] by part, in a graph. */
  draw(layer: WeightLayer, values: StepValues, noise: (part: string) => Node): Node;
  /** The same in plain numbers. */
  sample(
    layer: WeightLayer,
    fitted: Parameters,
    noise: (part: string) => Float32Array,
  ): Float64Array;
  mean(layer: WeightLayer, fitted: Parameters): Float64Array;
  variance(layer: WeightLayer, fitted: Parameters): Float64Array;
  /** How much of each group is noise; see `PruningScores`. */
  scores(layer: WeightLayer, fitted: Parameters): Pick<PruningScores, 'measure' | 'values'>;
  divergence(layer: WeightLayer, values: StepValues): Node;
};

const FIRST_DEVIATION = 0.05;

/** Keeps log alpha finite where a mean is zero. */
const SMALLEST_SQUARE = 1e-12;

const scaleName = (layer: WeightLayer) => `${layer.name}.scale`;

/** z ~ N(mean, deviation^2) under p(z) ~ 1 / |z|: normal-Jeffreys. */
const normalJeffreys: GroupScales = {
  slots: (layer) => [
    { name: scaleName(layer), shape: [groupCount(layer)], mean: 1, deviation: FIRST_DEVIATION },
  ],
  noise: [{ part: 'scale', perGroup: true }],
  draw: (layer, values, noise) => {
    const name = scaleName(layer);
    return add(values.parameter(name), multiply(deviationOf(name, values), noise('scale')));
  },
  sample: (layer, fitted, noise) => {
    const [mean, rho] = pair(fitted, scaleName(layer));
    const z = noise('scale');
    return Float64Array.from(mean, (m, i) => m + softplus(rho[i]!) * z[i]!);
  },
  mean: (layer, fitted) => Float64Array.from(fitted[scaleName(layer)]!.data),
  variance: (layer, fitted) =>
    Float64Array.from(pair(fitted, scaleName(layer))[1], (rho) => softplus(rho) ** 2),
  scores: (layer, fitted) => {
    const [mean, rho] = pair(fitted, scaleName(layer));
    const logAlpha = (m: number, i: number) =>
      2 * Math.log(softplus(rho[i]!)) - Math.log(m ** 2 + SMALLEST_SQUARE);
    return { measure: 'log-alpha', values: Float64Array.from(mean, logAlpha) };
  },
  divergence: (layer, values) => {
    const name = scaleName(layer);
    return reduceSum(
      logUniformPrior.klFromGaussian!(values.parameter(name), deviationOf(name, values)),
    );
  },
};

const parts = (layer: WeightLayer) => ({
  globalGamma: `${layer.name}.global.gamma`,
  globalInverse: `${layer.name}.global.inverse`,
  localGamma: `${layer.name}.local.gamma`,
  localInverse: `${layer.name}.local.inverse`,
});

/**
 * z = s z' with half-Cauchy scales of the layer, s ~ C+(0, t), and of each group, z' ~ C+(0, 1):
 * horseshoe. The logarithms of both halves of each are Gaussian, and so is ln z.
 */
function horseshoe(globalScale: number): GroupScales {
  return {
    // Near the prior in the first half, and the second makes z about 1.
    slots: (layer) => {
      const names = parts(layer);
      const start = 2 * Math.log(globalScale);
      const groups = [groupCount(layer)];
      const first = { deviation: FIRST_DEVIATION };
      return [
        { name: names.globalGamma, shape: [1], mean: start, ...first },
        { name: names.globalInverse, shape: [1], mean: -start, ...first },
        { name: names.localGamma, shape: groups, mean: 0, ...first },
        { name: names.localInverse, shape: groups, mean: 0, ...first },
      ];
    },
    noise: [
      { part: 'global', perGroup: false },
      { part: 'local', perGroup: true },
    ],
    draw: (layer, values, noise) => {
      const { globalGamma, globalInverse, localGamma, localInverse } = parts(layer);
      const logGlobal = halfSum(values, [globalGamma, globalInverse], noise('global'));
      return exp(add(logGlobal, halfSum(values, [localGamma, localInverse], noise('local'))));
    },
    sample: (layer, fitted, noise) => {
      const [global, local] = halves(layer, fitted);
      const [s, z] = [noise('global'), noise('local')];
      const logGlobal = global[0]!.mean + global[0]!.deviation * s[0]!;
      return Float64Array.from(local, ({ mean, deviation }, i) =>
        Math.exp(logGlobal + mean + deviation * z[i]!),
      );
    },
    mean: (layer, fitted) =>
      Float64Array.from(logScales(layer, fitted), ({ mean, variance }) =>
        Math.exp(mean + variance / 2),
      ),
    variance: (layer, fitted) =>
      Float64Array.from(
        logScales(layer, fitted),
        ({ mean, variance }) => Math.expm1(variance) * Math.exp(2 * mean + variance),
      ),
    scores: (layer, fitted) => ({
      measure: 'negative-log-mode',
      values: Float64Array.from(logScales(layer, fitted), ({ mean, variance }) => variance - mean),
    }),
    divergence: (layer, values) => {
      const { globalGamma, globalInverse, localGamma, localInverse } = parts(layer);
      const of = (name: string) => ({
        mean: values.parameter(name),
        deviation: deviationOf(name, values),
      });
      return [
        gammaDivergence(of(globalGamma), globalScale),
        inverseGammaDivergence(of(globalInverse)),
        gammaDivergence(of(localGamma), 1),
        inverseGammaDivergence(of(localInverse)),
      ]
        .map((each) => reduceSum(each))
        .reduce(add);
    },
  };
}

/**
 * (m_a + m_b) / 2 + sqrt(d_a^2 + d_b^2) / 2 noise: the logarithm of the square root of a product.
 */
function halfSum(values: StepValues, names: readonly [string, string], noise: Node): Node {
  const [means, variances] = [
    names.map((name) => values.parameter(name)),
    names.map((name) => square(deviationOf(name, values))),
  ];
  const spread = sqrt(add(variances[0]!, variances[1]!));
  return multiply(constant(0.5), add(add(means[0]!, means[1]!), multiply(spread, noise)));
}

type Half = { readonly mean: number; readonly deviation: number };

function halves(layer: WeightLayer, fitted: Parameters): [readonly Half[], readonly Half[]] {
  const { globalGamma, globalInverse, localGamma, localInverse } = parts(layer);
  const both = (a: string, b: string): Half[] => {
    const [[meanA, rhoA], [meanB, rhoB]] = [pair(fitted, a), pair(fitted, b)];
    return Array.from(meanA, (mean, i) => ({
      mean: (mean + meanB[i]!) / 2,
      deviation: Math.hypot(softplus(rhoA[i]!), softplus(rhoB[i]!)) / 2,
    }));
  };
  return [both(globalGamma, globalInverse), both(localGamma, localInverse)];
}

/** Mean and variance of ln z of every group. */
function logScales(
  layer: WeightLayer,
  fitted: Parameters,
): readonly { readonly mean: number; readonly variance: number }[] {
  const [[global], local] = halves(layer, fitted);
  return local.map(({ mean, deviation }) => ({
    mean: global!.mean + mean,
    variance: global!.deviation ** 2 + deviation ** 2,
  }));
}

function pair(fitted: Parameters, name: string): [ArrayLike<number>, ArrayLike<number>] {
  return [fitted[name]!.data, fitted[rhoName(name)]!.data];
}

export function scalesOf(spec: GroupSpec): GroupScales {
  return spec.kind === 'group-horseshoe' ? horseshoe(spec.globalScale) : normalJeffreys;
}

/** First values of means and rhos of a layer's scales. */
export function firstScales(scales: GroupScales, layer: WeightLayer): Record<string, number> {
  return Object.fromEntries(
    scales.slots(layer).flatMap(({ name, mean, deviation }) => [
      [name, mean],
      [rhoName(name), inverseSoftplus(deviation)],
    ]),
  );
}
