import { constant, type Node } from '../graph/node.js';
import { add, multiply, sqrt, square } from '../graph/ops/elementwise.js';
import { reshape } from '../graph/ops/layout.js';
import { reduceSum } from '../graph/ops/reduce.js';
import { affine, forward } from '../nn/forward.js';
import { biasName, weightName } from '../nn/layer.js';
import type { Network } from '../nn/network.js';
import { initialParameters, type Parameters } from '../nn/parameters.js';
import type { GroupSpec } from '../nn/posterior-spec.js';
import { gaussianPrior } from '../prior/gaussian.js';
import { fillNormal, normal } from '../random/normal.js';
import { stream } from '../random/stream.js';
import { float32, sizeOf, type Tensor } from '../tensor.js';
import {
  NOTHING_DROPPED,
  type NoiseInput,
  type PosteriorFamily,
  type StepValues,
  type TrainingForm,
  variationalSlot,
} from './family.js';
import {
  deviationOf,
  drawWeights,
  gaussianVariances,
  initialRhos,
  inverseSoftplus,
  rhoName,
  rhoSlots,
  uncertainSlots,
  weightVariance,
} from './gaussian-weights.js';
import {
  firstScales,
  type GroupScales,
  groupCount,
  scalesOf,
  type WeightLayer,
} from './group-scales.js';
import { point } from './point.js';

/**
 * Bayesian compression (Louizos, Ullrich & Welling 2017): weights w = z v with one scale z for each
 * group, v Gaussian, and a prior on z that wants most groups gone. Weights given their scale have
 * the prior N(0, z^2), so their KL divergence is that of v from N(0, 1). Training uses local
 * reparameterisation, with scales of their own for each item.
 */
export function groupScaled(spec: GroupSpec): PosteriorFamily {
  const scales = scalesOf(spec);
  return {
    ...point,
    sampleCount: (_fitted, asked) => asked,
    sharesParameters: false,
    firstUncertainLayer: () => 0,
    trainingForm: (network, batchSize) => groupForm(spec, scales, network, batchSize),
    meanNetwork: (network, parameters) =>
      scaled(network, parameters, (layer) => scales.mean(layer, parameters)),
    pruning: {
      scores: (network, parameters) =>
        weightLayers(network).map((layer) => ({
          layer: layer.name,
          of: layer.kind === 'dense' ? 'inputs' : 'filters',
          ...scales.scores(layer, parameters),
          tensors: scaledTensors(layer),
        })),
      variances: (network, parameters) => scaledVariances(scales, network, parameters),
    },
    savedSlots: (network) => groupSlots(scales, network),
    weightMoments: ({ members }) => ({
      variance: (name) => weightVariance(members[0]!.parameters, name),
      scales: (layer) => ({
        mean: scales.mean(layer, members[0]!.parameters),
        variance: scales.variance(layer, members[0]!.parameters),
      }),
    }),
    sampleNetwork: ({ members, seed }, network, index) => {
      const { parameters } = members[0]!;
      const source = stream(seed).split('posterior');
      const drawn = drawWeights(network, parameters, source, index);
      const scaleOf = (layer: WeightLayer) =>
        scales.sample(layer, parameters, (part) => {
          const { perGroup } = scales.noise.find((each) => each.part === part)!;
          const count = perGroup ? groupCount(layer) : 1;
          return normal(source.split(noiseName(layer, part)).at(index), count);
        });
      return { parameters: scaled(network, drawn, scaleOf), keep: NOTHING_DROPPED };
    },
  };
}

function weightLayers({ layers }: Network): WeightLayer[] {
  return layers.filter(
    (layer): layer is WeightLayer => layer.kind === 'dense' || layer.kind === 'conv2d',
  );
}

function groupSlots(scales: GroupScales, network: Network): TrainingForm['slots'] {
  const ofScales = weightLayers(network).flatMap((layer) =>
    scales
      .slots(layer)
      .flatMap(({ name, shape }) => [
        variationalSlot(name, shape),
        variationalSlot(rhoName(name), shape),
      ]),
  );
  return [...network.parameters, ...rhoSlots(network), ...ofScales];
}

/** The same slots, with the spreads of the first layer bounded where the spec says so. */
function boundedSlots(
  { firstVarianceAtMost }: GroupSpec,
  network: Network,
  slots: TrainingForm['slots'],
): TrainingForm['slots'] {
  if (firstVarianceAtMost === undefined) return slots;
  const first = weightLayers(network)[0]!;
  const bounded = new Set([rhoName(weightName(first)), rhoName(biasName(first))]);
  const most = inverseSoftplus(Math.sqrt(firstVarianceAtMost));
  return slots.map((slot) => (bounded.has(slot.name) ? { ...slot, most } : slot));
}

function noiseName(layer: WeightLayer, part: string): string {
  return `${layer.name}.noise.${part}`;
}

function groupForm(
  spec: GroupSpec,
  scales: GroupScales,
  network: Network,
  batchSize: number,
): TrainingForm {
  const slots = boundedSlots(spec, network, groupSlots(scales, network));
  const shapes = new Map(slots.map(({ name, shape }) => [name, shape]));
  const weights = gaussianPrior(1);
  return {
    slots,
    noise: weightLayers(network).flatMap((layer) => layerNoise(scales, layer, batchSize)),
    initialValues: (initialisation, source) => ({
      ...initialParameters(network, initialisation, source),
      ...initialRhos(network, spec.initialDeviation),
      ...Object.fromEntries(
        weightLayers(network).flatMap((layer) =>
          Object.entries(firstScales(scales, layer)).map(([name, value]) => {
            const shape = shapes.get(name)!;
            return [name, float32(new Float32Array(sizeOf(shape)).fill(value), shape)];
          }),
        ),
      ),
    }),
    outputs: (x, values) =>
      forward(network.layers, x, {
        parameter: values.parameter,
        mask: () => null,
        affine: (layer, inputs) => scaledAffine(scales, layer, inputs, values),
      }),
    penalty: (values) =>
      [
        ...uncertainSlots(network).map(({ name }) =>
          reduceSum(weights.klFromGaussian!(values.parameter(name), deviationOf(name, values))),
        ),
        ...weightLayers(network).map((layer) => scales.divergence(layer, values)),
      ].reduce(add),
  };
}

function layerNoise(scales: GroupScales, layer: WeightLayer, batchSize: number): NoiseInput[] {
  const input = (part: string, shape: readonly number[]): NoiseInput => ({
    name: noiseName(layer, part),
    stream: noiseName(layer, part),
    shape,
    fill: fillNormal,
  });
  return [
    input('outputs', [batchSize, ...layer.outputShape]),
    ...scales.noise.map(({ part, perGroup }) =>
      input(part, [batchSize, perGroup ? groupCount(layer) : 1]),
    ),
  ];
}

/**
 * Dense: scales belong to inputs, a ~ N((x z) M + m_b, (x z)^2 S^2 + s_b^2).
 * Convolution: to filters, biases included, a = z (conv(x, M) + m_b + sqrt(conv(x^2, S^2) + s_b^2)
 * noise).
 */
function scaledAffine(scales: GroupScales, layer: WeightLayer, x: Node, values: StepValues): Node {
  const [weight, bias] = [weightName(layer), biasName(layer)];
  const z = scales.draw(layer, values, (part) => values.noise(noiseName(layer, part)));
  const inputs = layer.kind === 'dense' ? multiply(x, z) : x;
  const mean = affine(layer, inputs, values.parameter(weight), values.parameter(bias));
  const [spread, biasSpread] = [weight, bias].map((name) => square(deviationOf(name, values)));
  const variance = affine(layer, square(inputs), spread!, biasSpread!);
  // Inputs that are all zero, with a bias that has become certain, must not divide by zero in the
  // gradient.
  const deviation = sqrt(add(variance, constant(1e-12)));
  const drawn = add(mean, multiply(deviation, values.noise(noiseName(layer, 'outputs'))));
  if (layer.kind === 'dense') return drawn;
  return multiply(drawn, reshape(z, [z.shape[0]!, groupCount(layer), 1, 1]));
}

/** The network's own tensors, each group times its scale. */
function scaled(
  network: Network,
  parameters: Parameters,
  scaleOf: (layer: WeightLayer) => ArrayLike<number>,
): Parameters {
  const own = network.parameters.map(({ name }) => [name, parameters[name]!] as const);
  const changed = weightLayers(network).flatMap((layer) => {
    const z = scaleOf(layer);
    const times = (name: string) => {
      const { data, shape } = parameters[name]!;
      const perGroup = data.length / z.length;
      const value = Float32Array.from(data, (w, i) => w * z[Math.floor(i / perGroup)]!);
      return [name, float32(value, shape)] as const;
    };
    return scaledTensors(layer).map(times);
  });
  return { ...Object.fromEntries(own), ...Object.fromEntries(changed) };
}

/**
 * What the groups of a layer cut into blocks: biases of filters belong to them, those of units do
 * not.
 */
function scaledTensors(layer: WeightLayer): readonly string[] {
  return layer.kind === 'dense' ? [weightName(layer)] : [weightName(layer), biasName(layer)];
}

/** Var(z v) = E z^2 (m^2 + d^2) - (E z)^2 m^2 of independent scale z and weight v ~ N(m, d^2). */
function scaledVariances(
  scales: GroupScales,
  network: Network,
  parameters: Parameters,
): Parameters {
  const own = gaussianVariances(network, parameters);
  const changed = weightLayers(network).flatMap((layer) => {
    const [mean, variance] = [scales.mean(layer, parameters), scales.variance(layer, parameters)];
    return scaledTensors(layer).map((name): [string, Tensor] => {
      const { data, shape } = parameters[name]!;
      const perGroup = data.length / mean.length;
      const values = Float32Array.from(data, (m, i) => {
        const group = Math.floor(i / perGroup);
        const square = variance[group]! + mean[group]! ** 2;
        return square * own[name]!.data[i]! + variance[group]! * m ** 2;
      });
      return [name, float32(values, shape)];
    });
  });
  return { ...own, ...Object.fromEntries(changed) };
}
