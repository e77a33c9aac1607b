import { constant, type Node } from '../graph/node.js';
import {
  add,
  divide,
  multiply,
  negate,
  sigmoid,
  softplus,
  square,
} from '../graph/ops/elementwise.js';
import { reduceSum } from '../graph/ops/reduce.js';
import { forward } from '../nn/forward.js';
import { type DropoutLayer, maskShape, weightName } from '../nn/layer.js';
import type { Network } from '../nn/network.js';
import { initialParameters } from '../nn/parameters.js';
import type { ConcreteDropoutSpec } from '../nn/posterior-spec.js';
import type { Stream } from '../random/stream.js';
import { fillUniform } from '../random/uniform.js';
import { float32 } from '../tensor.js';
import {
  dropoutLayers,
  type NoiseInput,
  type PosteriorFamily,
  type StepValues,
  type TrainingForm,
  variationalSlot,
} from './family.js';
import { mcDropout } from './mc-dropout.js';

/** How sharp the smooth masks of training are (Gal, Hron & Kendall 2017, section 3.1). */
const TEMPERATURE = 0.1;

/**
 * Dropout whose rates are learned, one per layer, through smooth masks (Gal, Hron & Kendall 2017).
 * After training it is MC dropout with the rates it found: samples keep or drop, as the posterior
 * that the smooth masks stand in for does.
 */
export function concreteDropout(spec: ConcreteDropoutSpec): PosteriorFamily {
  return {
    ...mcDropout,
    trainingForm: (network, batchSize) => concreteForm(spec, network, batchSize),
    savedSlots: concreteSlots,
    fittedNetwork: (network, { members }) => ({
      ...network,
      layers: network.layers.map((layer) =>
        layer.kind === 'dropout'
          ? { ...layer, rate: rateOf(members[0]!.parameters[logitName(layer)]!.data[0]!) }
          : layer,
      ),
    }),
  };
}

/** Where a layer's rate is kept: rate = 1 / (1 + e^-logit). */
function logitName(layer: DropoutLayer): string {
  return `${layer.name}.logit`;
}

function rateOf(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}

function concreteSlots(network: Network): TrainingForm['slots'] {
  const logits = dropoutLayers(network).map((layer) => variationalSlot(logitName(layer), []));
  return [...network.parameters, ...logits];
}

function concreteForm(
  spec: ConcreteDropoutSpec,
  network: Network,
  batchSize: number,
): TrainingForm {
  const dropouts = dropoutLayers(network);
  return {
    slots: concreteSlots(network),
    noise: dropouts.map((layer) => logisticNoise(layer, batchSize)),
    initialValues: (initialisation, source) => ({
      ...initialParameters(network, initialisation, source),
      ...Object.fromEntries(
        dropouts.map((layer) => [
          logitName(layer),
          float32(Float32Array.of(Math.log(layer.rate / (1 - layer.rate))), []),
        ]),
      ),
    }),
    outputs: (x, values) =>
      forward(network.layers, x, {
        parameter: values.parameter,
        mask: (layer) => smoothMask(layer, values),
      }),
    penalty: (values) =>
      [
        ...weightPenalties(network, spec.lengthScale, values),
        ...dropouts.map((layer) =>
          multiply(constant(-layer.maskSize), entropy(values.parameter(logitName(layer)))),
        ),
      ].reduce(add),
  };
}

function noiseName(layer: DropoutLayer): string {
  return `logistic.${layer.name}`;
}

function logisticNoise(layer: DropoutLayer, batchSize: number): NoiseInput {
  return {
    name: noiseName(layer),
    stream: layer.name,
    shape: [batchSize, ...maskShape(layer)],
    fill: fillLogistic,
  };
}

/** ln(u / (1 - u)) of uniform u. */
function fillLogistic(source: Stream, out: Float32Array): void {
  fillUniform(source, out);
  for (let i = 0; i < out.length; i++) out[i] = Math.log(out[i]! / (1 - out[i]!));
}

/**
 * (1 - z) / (1 - p) with z = sigmoid((logit p + logit u) / temperature), equation 5: near 0 or 1 /
 * (1 - p), and smooth in p.
 */
function smoothMask(layer: DropoutLayer, { parameter, noise }: StepValues): Node {
  const logit = parameter(logitName(layer));
  const sharp = multiply(add(logit, noise(noiseName(layer))), constant(-1 / TEMPERATURE));
  return divide(sigmoid(sharp), sigmoid(negate(logit)));
}

/**
 * l^2 / (2 (1 - p)) sum W^2 for the weights behind each dropout (p = 0 behind none): equation 3 for
 * weights that are divided by 1 - p in use.
 */
function weightPenalties(network: Network, lengthScale: number, values: StepValues): Node[] {
  let before: DropoutLayer | null = null;
  const penalties: Node[] = [];
  for (const layer of network.layers) {
    if (layer.kind === 'dropout') before = layer;
    if (layer.kind !== 'dense' && layer.kind !== 'conv2d') continue;
    const squares = multiply(
      constant(0.5 * lengthScale ** 2),
      reduceSum(square(values.parameter(weightName(layer)))),
    );
    const keep = before && sigmoid(negate(values.parameter(logitName(before))));
    penalties.push(keep ? divide(squares, keep) : squares);
    before = null;
  }
  return penalties;
}

/** H(p) = p ln(1 + e^-logit) + (1 - p) ln(1 + e^logit). */
function entropy(logit: Node): Node {
  const half = (x: Node) => multiply(sigmoid(x), softplus(negate(x)));
  return add(half(logit), half(negate(logit)));
}
