import { constant, type Node } from '../graph/node.js';
import { add, log, multiply, negate, square, subtract } from '../graph/ops/elementwise.js';
import { reduceSum } from '../graph/ops/reduce.js';
import { forward } from '../nn/forward.js';
import type { Network } from '../nn/network.js';
import { initialParameters, type Parameters } from '../nn/parameters.js';
import type { MeanFieldSpec } from '../nn/posterior-spec.js';
import { HALF_LOG_TWO_PI } from '../prior/gaussian.js';
import { priorOf } from '../prior/prior-of.js';
import { stream } from '../random/stream.js';
import type { Belief } from './belief.js';
import { divergenceFromBelief } from './belief-divergence.js';
import { type Estimator, estimatorOf } from './estimators.js';
import {
  CERTAIN_WEIGHTS,
  NOTHING_DROPPED,
  type PosteriorFamily,
  type PruningScores,
  type StepValues,
  type TrainingForm,
} from './family.js';
import {
  deviationOf,
  drawWeights,
  gaussianVariances,
  initialRhos,
  rhoName,
  rhoSlots,
  softplus,
  uncertainSlots,
  weightVariance,
} from './gaussian-weights.js';
import { point } from './point.js';

/**
 * Independent Gaussian weights, q(w) = N(mean, softplus(rho)^2), fitted by minimising KL(q ||
 * prior) - E_q ln p(data | w) (Bayes by Backprop, Blundell et al. 2015, equation 1). A slot's own
 * name holds its means, `<slot>.rho` its spreads.
 */
export function meanField(spec: MeanFieldSpec): PosteriorFamily {
  return {
    ...point,
    sampleCount: (_fitted, asked) => asked,
    sharesParameters: false,
    firstUncertainLayer: () => 0,
    trainingForm: (network, batchSize, belief) => meanFieldForm(spec, network, batchSize, belief),
    pruning: { scores: noiseOfWeights, variances: gaussianVariances },
    savedSlots: meanFieldSlots,
    weightMoments: ({ members }) => ({
      ...CERTAIN_WEIGHTS,
      variance: (name) => weightVariance(members[0]!.parameters, name),
    }),
    sampleNetwork: (fitted, network, index) => ({
      parameters: drawWeights(
        network,
        fitted.members[0]!.parameters,
        stream(fitted.seed).split('posterior'),
        index,
      ),
      keep: NOTHING_DROPPED,
    }),
  };
}

function meanFieldSlots(network: Network) {
  return [...network.parameters, ...rhoSlots(network)];
}

/**
 * 10 lg(deviation / |mean|): the signal-to-noise ratio of Blundell et al. 2015, section 5.1, with
 * its sign turned.
 */
function noiseOfWeights(network: Network, parameters: Parameters): readonly PruningScores[] {
  return uncertainSlots(network)
    .filter(({ role }) => role === 'weight')
    .map(({ name }) => {
      const rho = parameters[rhoName(name)]!.data;
      const noise = (mean: number, i: number) =>
        10 * Math.log10(softplus(rho[i]!) / Math.max(Math.abs(mean), SMALLEST_MEAN));
      return {
        layer: name.slice(0, name.lastIndexOf('.')),
        of: 'weights',
        measure: 'noise',
        values: Float64Array.from(parameters[name]!.data, noise),
        tensors: [name],
      };
    });
}

/** Keeps the noise of a mean that is exactly zero finite. */
const SMALLEST_MEAN = 1e-12;

function meanFieldForm(
  spec: MeanFieldSpec,
  network: Network,
  batchSize: number,
  belief?: Belief,
): TrainingForm {
  const estimator = estimatorOf(spec.estimator, network, batchSize);
  const fromPrior = (name: string, values: StepValues) => divergence(spec, estimator, name, values);
  return {
    slots: meanFieldSlots(network),
    noise: estimator.noise,
    ...(belief ? { fixed: belief.factors } : {}),
    initialValues: (initialisation, source) => ({
      ...initialParameters(network, initialisation, source),
      ...initialRhos(network, spec.initialDeviation),
    }),
    outputs: (x, values) =>
      forward(network.layers, x, { ...estimator.layers(values), mask: () => null }),
    penalty: (values) =>
      uncertainSlots(network)
        .map(({ name }) =>
          reduceSum(
            belief
              ? divergenceFromBelief(belief, name, values, fromPrior)
              : fromPrior(name, values),
          ),
        )
        .reduce(add),
  };
}

/**
 * KL(q || prior) of each weight: in closed form where there is one, else from the step's own
 * sample, ln q(w) - ln p(w), with ln q = -noise^2 / 2 - ln deviation - ln(2 pi)/2.
 */
function divergence(
  spec: MeanFieldSpec,
  { weightNoise }: Estimator,
  name: string,
  values: StepValues,
): Node {
  const prior = priorOf(spec.prior);
  const [mean, deviation] = [values.parameter(name), deviationOf(name, values)];
  if (prior.klFromGaussian) return prior.klFromGaussian(mean, deviation);
  const noise = weightNoise!(name, values);
  const logPosterior = subtract(
    multiply(square(noise), constant(-0.5)),
    add(log(deviation), constant(HALF_LOG_TWO_PI)),
  );
  const weight = add(mean, multiply(deviation, noise));
  return add(logPosterior, negate(prior.logDensity(weight)));
}
