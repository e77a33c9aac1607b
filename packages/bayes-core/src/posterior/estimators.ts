import type { Node } from '../graph/node.js';
import { add, multiply, sqrt, square } from '../graph/ops/elementwise.js';
import { affine, type ForwardOptions } from '../nn/forward.js';
import { biasName, type ConvLayer, type DenseLayer, weightName } from '../nn/layer.js';
import type { Network } from '../nn/network.js';
import type { MeanFieldSpec } from '../nn/posterior-spec.js';
import { fillNormal } from '../random/normal.js';
import type { Stream } from '../random/stream.js';
import { fillBernoulli } from '../random/uniform.js';
import type { NoiseInput, StepValues } from './family.js';
import { deviationOf, uncertainSlots } from './gaussian-weights.js';

/**
 * How a training step sees Gaussian weights. All three have the same mean gradient; they differ in
 * its variance.
 */
export type Estimator = {
  readonly noise: readonly NoiseInput[];
  /** What `forward` needs to run the step's network or networks. */
  layers(values: StepValues): Omit<ForwardOptions, 'mask'>;
  /** The standard normal noise behind the step's weights, where it draws weights at all. */
  weightNoise: ((slotName: string, values: StepValues) => Node) | null;
};

type WeightLayer = DenseLayer | ConvLayer;

/**
 * One network for the whole batch, w = mean + deviation * noise (Blundell et al. 2015): plain, and
 * the noisiest.
 */
function weightSampling(network: Network): Estimator {
  const names = new Set(uncertainSlots(network).map(({ name }) => name));
  return {
    noise: weightNoiseInputs(network),
    layers: (values) => ({
      parameter: (name) => {
        const mean = values.parameter(name);
        if (!names.has(name)) return mean;
        return add(mean, multiply(deviationOf(name, values), values.noise(noiseName(name))));
      },
    }),
    weightNoise: (name, values) => values.noise(noiseName(name)),
  };
}

/**
 * The noise of the weights as noise of what they give (Kingma, Salimans & Welling 2015): for each
 * item a ~ N(x M + m_b, x^2 S^2 + s_b^2). Exact for dense layers; in a convolution the cells of an
 * item, which share weights, get noise of their own, which leaves each cell's distribution as it
 * is.
 */
function localReparameterisation(network: Network, batchSize: number): Estimator {
  return {
    noise: weightLayers(network).map((layer) => ({
      name: noiseName(layer.name),
      stream: layer.name,
      shape: [batchSize, ...layer.outputShape],
      fill: fillNormal,
    })),
    layers: (values) => ({
      parameter: values.parameter,
      affine: (layer, x) => {
        const [weight, bias] = [weightName(layer), biasName(layer)];
        const mean = affine(layer, x, values.parameter(weight), values.parameter(bias));
        const [spread, biasSpread] = [weight, bias].map((name) =>
          square(deviationOf(name, values)),
        );
        const variance = affine(layer, square(x), spread!, biasSpread!);
        return add(mean, multiply(sqrt(variance), values.noise(noiseName(layer.name))));
      },
    }),
    weightNoise: null,
  };
}

/**
 * One perturbation of the weights, turned by random signs of each item (Wen et al. 2018, equation
 * 4):
 * a = x M + m_b + ((x * r) D + d_b) * s with D = deviation * noise and signs r of inputs, s of
 * outputs (of channels in a convolution). Items see nearly independent weights at the cost of two
 * products.
 */
function flipout(network: Network, batchSize: number): Estimator {
  return {
    noise: [
      ...weightNoiseInputs(network),
      ...weightLayers(network).flatMap((layer) => [
        signs(layer, 'in', [batchSize, ...perChannel(layer.inputShape)]),
        signs(layer, 'out', [batchSize, ...perChannel(layer.outputShape)]),
      ]),
    ],
    layers: (values) => ({
      parameter: values.parameter,
      affine: (layer, x) => {
        const [weight, bias] = [weightName(layer), biasName(layer)];
        const mean = affine(layer, x, values.parameter(weight), values.parameter(bias));
        const [moved, movedBias] = [weight, bias].map((name) =>
          multiply(deviationOf(name, values), values.noise(noiseName(name))),
        );
        const turned = multiply(x, values.noise(signName(layer, 'in')));
        const change = affine(layer, turned, moved!, movedBias!);
        return add(mean, multiply(change, values.noise(signName(layer, 'out'))));
      },
    }),
    weightNoise: (name, values) => values.noise(noiseName(name)),
  };
}

const estimators: Readonly<
  Record<MeanFieldSpec['estimator'], (network: Network, batchSize: number) => Estimator>
> = {
  'weight-sampling': weightSampling,
  'local-reparameterisation': localReparameterisation,
  flipout,
};

export function estimatorOf(
  name: MeanFieldSpec['estimator'],
  network: Network,
  batchSize: number,
): Estimator {
  return estimators[name](network, batchSize);
}

function weightLayers(network: Network): WeightLayer[] {
  return network.layers.filter(
    (layer): layer is WeightLayer => layer.kind === 'dense' || layer.kind === 'conv2d',
  );
}

function weightNoiseInputs(network: Network): NoiseInput[] {
  return uncertainSlots(network).map(({ name, shape }) => ({
    name: noiseName(name),
    stream: name,
    shape,
    fill: fillNormal,
  }));
}

function noiseName(part: string): string {
  return `noise.${part}`;
}

function signName(layer: WeightLayer, side: 'in' | 'out'): string {
  return `signs.${layer.name}.${side}`;
}

function signs(layer: WeightLayer, side: 'in' | 'out', shape: readonly number[]): NoiseInput {
  return {
    name: signName(layer, side),
    stream: `${layer.name}.signs.${side}`,
    shape,
    fill: fillSigns,
  };
}

function fillSigns(source: Stream, out: Float32Array): void {
  fillBernoulli(source, 0.5, out, { on: 2 });
  for (let i = 0; i < out.length; i++) out[i]! -= 1;
}

/** One value per unit, or one per channel of an image. */
function perChannel([first, ...rest]: readonly number[]): readonly number[] {
  return [first!, ...rest.map(() => 1)];
}
