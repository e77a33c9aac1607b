import type { ParameterSlot } from '../nn/layer.js';
import { biasName, weightName } from '../nn/layer.js';
import type { Network } from '../nn/network.js';
import type { Parameters } from '../nn/parameters.js';
import type { LaplaceSpec } from '../nn/posterior-spec.js';
import { normal } from '../random/normal.js';
import { stream } from '../random/stream.js';
import { float32, type Tensor } from '../tensor.js';
import {
  NOTHING_DROPPED,
  type PosteriorFamily,
  type TensorSlot,
  type TrainedNetwork,
} from './family.js';
import { LAPLACE, type LastLayer, lastLayerOf } from './last-layer.js';
import { type Curvature, lastLayerCurvature } from './last-layer-curvature.js';
import type { Eigenvectors } from './last-layer-outputs.js';
import { likeliestPrecision } from './marginal-likelihood.js';
import { point } from './point.js';
import { symmetricEigen } from './symmetric-eigen.js';
import { spreadsAt, validatedPrecision } from './validated-precision.js';

/**
 * Laplace approximation of the last layer (MacKay 1992; Daxberger et al. 2021, "Laplace Redux"):
 * trained weights, and around those of the last layer a Gaussian with covariance (H + prior
 * precision)^-1, H the Gauss-Newton matrix of the training loss. Weights W [D + 1, C] hold the
 * biases in their last row; the Kronecker form is H = (1/N sum x x') x (sum L), x the layer's
 * inputs and L the second derivative of the loss in the outputs.
 */
export function laplaceLastLayer(spec: LaplaceSpec): PosteriorFamily {
  return {
    ...point,
    sampleCount: (_fitted, asked) => asked,
    sharesParameters: false,
    firstUncertainLayer: ({ layers }) => layers.length - 1,
    weightMoments: () => null,
    afterTraining: async (trained) => ({
      ...trained.parameters,
      ...(await fitCovariance(spec, trained)),
    }),
    savedSlots: (network) => [...network.parameters, ...covarianceSlots(spec, network)],
    sampleNetwork: ({ members, seed }, network, index) => {
      const { parameters } = members[0]!;
      const last = lastLayerOf(network);
      const noise = normal(
        stream(seed).split('posterior').split(last.layer.name).at(index),
        last.inputs * last.outputs,
      );
      const moves =
        spec.curvature === 'full'
          ? fullMoves(parameters, noise)
          : kroneckerMoves(parameters, last, noise);
      return { parameters: moveLastLayer(parameters, last, moves), keep: NOTHING_DROPPED };
    },
  };
}

function covarianceSlots({ curvature }: LaplaceSpec, network: Network): TensorSlot[] {
  const { inputs, outputs } = lastLayerOf(network);
  const count = inputs * outputs;
  const slots: TensorSlot[] = [{ name: LAPLACE.priorPrecision, shape: [] }];
  if (curvature === 'full') {
    return [
      ...slots,
      { name: LAPLACE.inputVectors, shape: [count, count] },
      { name: LAPLACE.spreads, shape: [count] },
    ];
  }
  return [
    ...slots,
    { name: LAPLACE.inputVectors, shape: [inputs, inputs] },
    { name: LAPLACE.outputVectors, shape: [outputs, outputs] },
    { name: LAPLACE.spreads, shape: [inputs, outputs] },
  ];
}

async function fitCovariance(spec: LaplaceSpec, trained: TrainedNetwork): Promise<Parameters> {
  const last = lastLayerOf(trained.network);
  const isFull = spec.curvature === 'full';
  const curvature = await lastLayerCurvature(trained, isFull);
  const { vectors, eigenvalues } = isFull
    ? fullEigen(curvature, last)
    : kroneckerEigen(curvature, last);
  const precision = await choosePrecision(spec, trained, { vectors, eigenvalues });
  const spreads = spreadsAt(eigenvalues, precision);
  const fitted: Record<string, ArrayLike<number>> = {
    ...vectors,
    [LAPLACE.spreads]: spreads,
    [LAPLACE.priorPrecision]: [precision],
  };
  return Object.fromEntries(
    covarianceSlots(spec, trained.network).map(({ name, shape }) => [
      name,
      float32(Float32Array.from(fitted[name]!), shape),
    ]),
  );
}

type Eigen = {
  readonly vectors: Eigenvectors;
  readonly eigenvalues: Float64Array;
};

function choosePrecision(
  { priorPrecision }: LaplaceSpec,
  trained: TrainedNetwork,
  { vectors, eigenvalues }: Eigen,
): number | Promise<number> {
  if (priorPrecision === 'evidence')
    return likeliestPrecision(eigenvalues, squaredNorm(trained, lastLayerOf(trained.network)));
  if (priorPrecision === 'validation') return validatedPrecision(trained, vectors, eigenvalues);
  return priorPrecision;
}

function kroneckerEigen(
  { inputProducts, outputHessian, rows }: Curvature,
  { inputs, outputs }: LastLayer,
): Eigen {
  const a = symmetricEigen(
    inputProducts.map((sum) => sum / rows),
    inputs,
  );
  const g = symmetricEigen(outputHessian, outputs);
  const eigenvalues = Float64Array.from(
    { length: inputs * outputs },
    (_, i) => a.values[Math.floor(i / outputs)]! * g.values[i % outputs]!,
  );
  return {
    vectors: { [LAPLACE.inputVectors]: a.vectors, [LAPLACE.outputVectors]: g.vectors },
    eigenvalues,
  };
}

function fullEigen({ weightedProducts }: Curvature, { inputs, outputs }: LastLayer): Eigen {
  const count = inputs * outputs;
  const hessian = new Float64Array(count ** 2);
  // From [c, c', d, d'] to rows (d, c) and columns (d', c'), the order in which the weights lie.
  for (let pair = 0, at = 0; pair < outputs ** 2; pair++) {
    const [c, c2] = [Math.floor(pair / outputs), pair % outputs];
    for (let d = 0; d < inputs; d++)
      for (let d2 = 0; d2 < inputs; d2++, at++)
        hessian[(d * outputs + c) * count + d2 * outputs + c2] = weightedProducts![at]!;
  }
  const { values, vectors } = symmetricEigen(hessian, count);
  return { vectors: { [LAPLACE.inputVectors]: vectors }, eigenvalues: values };
}

function squaredNorm({ parameters }: TrainedNetwork, { layer }: LastLayer): number {
  return [weightName(layer), biasName(layer)]
    .flatMap((name) => [...parameters[name]!.data])
    .reduce((sum, w) => sum + w * w, 0);
}

/** V (spreads * noise). */
function fullMoves(fitted: Parameters, noise: Float32Array): Float64Array {
  const [vectors, spreads] = [LAPLACE.inputVectors, LAPLACE.spreads].map(
    (name) => fitted[name]!.data,
  );
  const count = noise.length;
  const scaled = noise.map((z, i) => z * spreads![i]!);
  const moves = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    let sum = 0;
    for (let k = 0; k < count; k++) sum += vectors![i * count + k]! * scaled[k]!;
    moves[i] = sum;
  }
  return moves;
}

/** V_in (spreads * noise) V_out', [D + 1, C]. */
function kroneckerMoves(
  fitted: Parameters,
  { inputs, outputs }: LastLayer,
  noise: Float32Array,
): Float64Array {
  const [vIn, vOut, spreads] = [LAPLACE.inputVectors, LAPLACE.outputVectors, LAPLACE.spreads].map(
    (name) => fitted[name]!.data,
  );
  const turned = new Float64Array(inputs * outputs);
  for (let i = 0; i < inputs; i++) {
    for (let j = 0; j < outputs; j++) {
      const scaled = noise[i * outputs + j]! * spreads![i * outputs + j]!;
      for (let c = 0; c < outputs; c++)
        turned[i * outputs + c]! += scaled * vOut![c * outputs + j]!;
    }
  }
  const moves = new Float64Array(inputs * outputs);
  for (let d = 0; d < inputs; d++) {
    for (let i = 0; i < inputs; i++) {
      const factor = vIn![d * inputs + i]!;
      for (let c = 0; c < outputs; c++)
        moves[d * outputs + c]! += factor * turned[i * outputs + c]!;
    }
  }
  return moves;
}

function moveLastLayer(
  parameters: Parameters,
  { layer, inputs, outputs }: LastLayer,
  moves: Float64Array,
): Parameters {
  const moved = (name: ParameterSlot['name'], start: number): Tensor => {
    const { data, shape } = parameters[name]!;
    return float32(
      Float32Array.from(data, (w, i) => w + moves[start + i]!),
      shape,
    );
  };
  return {
    ...parameters,
    [weightName(layer)]: moved(weightName(layer), 0),
    [biasName(layer)]: moved(biasName(layer), (inputs - 1) * outputs),
  };
}
