import { throwIfAborted } from '../errors.js';
import { graph } from '../graph/graph.js';
import { constant, input, type Node } from '../graph/node.js';
import { featureInput, featureTensors, featureType } from '../nn/features.js';
import { fieldError } from '../nn/field-error.js';
import { headsOf } from '../nn/heads.js';
import { noiseVarianceOf } from '../nn/noise-variance.js';
import { headTargets, type LabelledRows } from '../nn/targets.js';
import { asFloat32, float32, type Tensor } from '../tensor.js';
import type { TrainedNetwork } from './family.js';
import { LAPLACE, type LastLayer, lastLayerNodes, lastLayerOf } from './last-layer.js';
import {
  type Eigenvectors,
  type LastLayerGaussian,
  logProbit,
  outputVariance,
  rowsPerProbit,
} from './last-layer-outputs.js';

/** The prior precision that stands in for a chosen one where there are no validation rows. */
export const PRIOR_PRECISION_WITHOUT_ROWS = 100;
/**
 * How far from it the precision is believed to be before any row is seen: one standard deviation,
 * in decades.
 */
const DECADES_FROM_IT = 0.5;

/** Powers of ten that are considered, a quarter of a decade apart. */
const [LEAST, MOST, STEP] = [-4, 4, 0.25];
/** Golden sections until the best precision is known to about 2 %. */
const SECTIONS = 8;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** Deviation along each eigenvector: (max(0, h) + precision)^-1/2. */
export function spreadsAt(eigenvalues: Float64Array, precision: number): Float64Array {
  return eigenvalues.map((value) => 1 / Math.sqrt(Math.max(0, value) + precision));
}

/**
 * The prior precision a with the least sum_n -w_n ln p(y_n | x_n, a) + (lg a - lg a_0)^2 / (2 s^2)
 * over the validation rows, by the predictive in closed form: the probit approximation for classes,
 * the Gaussian itself for numbers. The second term, a log-normal belief around a_0 =
 * `PRIOR_PRECISION_WITHOUT_ROWS` with s half a decade, is what decides where rows are few: some
 * twenty of them, all of them right, would ask for no uncertainty at all. A grid over eight
 * decades, then golden sections around its best point. What comes into the last layer is computed
 * once, the curvature's eigenvectors are used again.
 * Cost: one forward pass, and 43 last layers.
 * @throws aborted
 * @see Daxberger et al. 2021, "Laplace Redux", section 3.4, for the choice by validation rows,
 * without that belief
 * @see docs/decisions/0122
 */
export async function validatedPrecision(
  trained: TrainedNetwork,
  vectors: Eigenvectors,
  eigenvalues: Float64Array,
): Promise<number> {
  if (!trained.validation) return PRIOR_PRECISION_WITHOUT_ROWS;
  const judge = await createJudge(trained, trained.validation, vectors);
  try {
    const believed = Math.log10(PRIOR_PRECISION_WITHOUT_ROWS);
    const power = await leastNear(async (power) => {
      const surprise = 0.5 * ((power - believed) / DECADES_FROM_IT) ** 2;
      return surprise + (await judge.loss(spreadsAt(eigenvalues, 10 ** power)));
    });
    return 10 ** power;
  } finally {
    await judge.dispose();
  }
}

/** The power of ten at which a loss is least. */
async function leastNear(loss: (power: number) => Promise<number>): Promise<number> {
  let best = { power: LEAST, loss: await loss(LEAST) };
  for (let power = LEAST + STEP; power <= MOST; power += STEP) {
    const own = await loss(power);
    if (own < best.loss) best = { power, loss: own };
  }
  let [low, high] = [Math.max(LEAST, best.power - STEP), Math.min(MOST, best.power + STEP)];
  const probe = async (power: number) => ({ power, loss: await loss(power) });
  let a = await probe(high - GOLDEN * (high - low));
  let b = await probe(low + GOLDEN * (high - low));
  for (let section = 0; section < SECTIONS; section++) {
    if (a.loss <= b.loss)
      [high, b, a] = [b.power, a, await probe(b.power - GOLDEN * (b.power - low))];
    else [low, a, b] = [a.power, b, await probe(a.power + GOLDEN * (high - a.power))];
  }
  return [a, b].reduce((least, each) => (each.loss < least.loss ? each : least), best).power;
}

type Judge = {
  /**
   * Negative log likelihood of all rows at these spreads, nats; in standardised units for numbers.
   */
  loss(spreads: Float64Array): Promise<number>;
  dispose(): Promise<void>;
};

type HeldOut = NonNullable<TrainedNetwork['validation']>;

async function createJudge(
  trained: TrainedNetwork,
  validation: HeldOut,
  vectors: Eigenvectors,
): Promise<Judge> {
  const { engine, network, spec, signal } = trained;
  const last = lastLayerOf(network);
  const gaussian = gaussianOf(last, vectors);
  const inputs = input('inputs', 'float32', ['N', last.inputs]);
  const mean = input('mean', 'float32', ['N', last.outputs]);
  const isClass = spec.output.kind === 'class';
  const rowLosses = isClass
    ? classLosses(validation, last.outputs)
    : numberLosses(trained, validation);
  const blocks = await lastLayerBlocks(trained, validation.rows, last);
  const program = await engine.compile(
    graph(
      isClass
        ? { answers: logProbit(gaussian, inputs, mean) }
        : { answers: outputVariance(gaussian, inputs) },
    ),
  );
  return {
    loss: async (spreads) => {
      throwIfAborted(signal, 'Training');
      const shape = gaussian.spreads.shape as readonly number[];
      const fed = { spreads: float32(Float32Array.from(spreads), shape) };
      let [sum, start] = [0, 0];
      for (const block of blocks) {
        const { answers } = await program.run(
          isClass ? { ...block, ...fed } : { inputs: block.inputs, ...fed },
        );
        sum += rowLosses(asFloat32(answers!), asFloat32(block.mean), start);
        start += block.mean.shape[0]!;
      }
      return sum;
    },
    dispose: () => program.dispose(),
  };
}

/** The Gaussian with spreads that come from outside. */
function gaussianOf({ inputs, outputs }: LastLayer, vectors: Eigenvectors): LastLayerGaussian {
  const square = (values: Float64Array): Node =>
    constant(Float32Array.from(values), Array(2).fill(Math.sqrt(values.length)));
  const ofOutputs = vectors[LAPLACE.outputVectors];
  return {
    inputs,
    outputs,
    inputVectors: square(vectors[LAPLACE.inputVectors]!),
    outputVectors: ofOutputs ? square(ofOutputs) : null,
    spreads: input('spreads', 'float32', ofOutputs ? [inputs, outputs] : [inputs * outputs]),
  };
}

/** Inputs [n, D + 1] and outputs [n, C] of the last layer, of n rows after n rows. */
type Block = { readonly inputs: Tensor; readonly mean: Tensor };

async function lastLayerBlocks(
  { engine, network, parameters, signal }: TrainedNetwork,
  { features }: LabelledRows,
  { outputs }: LastLayer,
): Promise<Block[]> {
  const fed = featureInput(featureType(features), 'N', network.inputShape);
  const nodes = lastLayerNodes(network, parameters, fed.decode(fed.raw));
  const program = await engine.compile(graph({ inputs: nodes.inputs, mean: nodes.outputs }));
  const rowsPerCall = rowsPerProbit(outputs);
  const blocks: Block[] = [];
  try {
    for (let start = 0; start < features.rows; start += rowsPerCall) {
      throwIfAborted(signal, 'Training');
      const end = Math.min(features.rows, start + rowsPerCall);
      const { inputs, mean } = await program.run(featureTensors(features, start, end));
      blocks.push({ inputs: inputs!, mean: mean! });
    }
  } finally {
    await program.dispose();
  }
  return blocks;
}

/**
 * The summed losses of a block's rows, the first of which is row `start`, from what the graph
 * answers and the means.
 */
type RowLosses = (answers: Float32Array, mean: Float32Array, start: number) => number;

/** -w ln p(y) of answers ln p [n, C]. */
function classLosses({ rows, weights }: HeldOut, classes: number): RowLosses {
  const { values } = headTargets(rows.targets)[0]!;
  return (logProbs, _mean, start) => {
    let sum = 0;
    for (let i = 0; i < logProbs.length / classes; i++)
      sum -= (weights?.[start + i] ?? 1) * logProbs[i * classes + values[start + i]!]!;
    return sum;
  };
}

/**
 * w/2 [ (y - f)^2 / v + ln(2 pi v) ], v = noise + answer, the variance [n, 1] of f; standardised.
 */
function numberLosses(
  { spec: { output }, scale, parameters }: TrainedNetwork,
  { rows, weights }: HeldOut,
): RowLosses {
  if (output.kind !== 'number')
    throw fieldError('posterior.kind', 'one class or number', output.kind);
  const [head] = headsOf(output);
  const noise = noiseVarianceOf(output, head!, scale, parameters) / scale.deviation ** 2;
  const { values } = headTargets(rows.targets)[0]!;
  return (variances, mean, start) => {
    let sum = 0;
    for (let i = 0; i < variances.length; i++) {
      const residual = (values[start + i]! - scale.mean) / scale.deviation - mean[i]!;
      const variance = noise + variances[i]!;
      const loss = 0.5 * (residual ** 2 / variance + Math.log(2 * Math.PI * variance));
      sum += (weights?.[start + i] ?? 1) * loss;
    }
    return sum;
  };
}
