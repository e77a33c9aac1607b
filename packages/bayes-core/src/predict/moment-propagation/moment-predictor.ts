import type { Engine, Program } from '../../engine/engine.js';
import { NumericsError, throwIfAborted } from '../../errors.js';
import { graph } from '../../graph/graph.js';
import type { Node } from '../../graph/node.js';
import {
  checkFeatures,
  type FeatureMatrix,
  type FeatureType,
  featureInput,
  featureTensors,
  featureType,
} from '../../nn/features.js';
import type { Head } from '../../nn/heads.js';
import type { Network } from '../../nn/network.js';
import type { ModelSpec } from '../../nn/spec.js';
import { familyOf, networkOf } from '../../posterior/family-of.js';
import type { FittedPosterior } from '../../posterior/fitted.js';
import { mostRowsPerBlock } from '../block.js';
import { lastLayerMoments } from '../last-layer-predictive.js';
import type { PoolMoments } from '../moments.js';
import type { PredictOptions } from '../predictor.js';
import { answerMoments, type Named } from './answer-moments.js';
import { poolMoments } from './head-moments.js';
import { outputMoments } from './output-moments.js';

export type MomentPredictorOptions = {
  readonly engine: Engine;
  readonly posterior: FittedPosterior;
};

/**
 * Predicts from one pass that carries mean and variance, without samples.
 * @see docs/decisions/0120
 */
export type MomentPredictor = {
  /**
   * As `Predictor.moments` gives them, from moments instead of samples. @throws invalid_data,
   * non_finite, aborted
   */
  moments(features: FeatureMatrix, options?: PredictOptions): Promise<PoolMoments>;
  dispose(): Promise<void>;
};

/**
 * Why a model cannot be predicted from one pass of moments, as a sentence that says what to do;
 * null where it can.
 */
export function momentProblem({ posterior, output }: ModelSpec): string | null {
  if (posterior.kind === 'ensemble')
    return `an ensemble of ${posterior.members} networks has no mean and variance of weights; ask for exact predictions, which cost one pass per member`;
  if (posterior.kind === 'swag')
    return 'the weights of SWAG move together, which a pass of independent means and variances cannot carry; ask for exact predictions';
  const outputs = output.kind === 'fields' ? output.fields.map((field) => field.output) : [output];
  if (outputs.some((each) => each.kind === 'class' && each.logitNoise))
    return 'noise of the logits is integrated by draws, which a pass of moments does not make; ask for exact predictions';
  return null;
}

/** @throws unsupported when `momentProblem` has something to say */
export function assertMoments(spec: ModelSpec): void {
  const problem = momentProblem(spec);
  if (problem === null) return;
  const { kind } = spec.posterior;
  throw new NumericsError('unsupported', `Fast predictions: ${problem}.`, { posterior: kind });
}

/**
 * Predictions from one deterministic pass: mean and variance of every activation are carried
 * through the layers, and uncertainties follow from the Gaussian moments of the outputs. Dropout,
 * mean-field and group-scaled weights are carried as in `outputMoments`; of a last-layer Laplace
 * posterior the outputs are Gaussian already. An approximation: where it was compared with samples
 * is in the bench `real-time`.
 * @throws unsupported when `momentProblem` has something to say
 * @see Wang & Manning 2013; Gast & Roth 2018; Postels et al. 2019; Wu et al. 2019. Cost: about two
 * plain forward passes.
 */
export function createMomentPredictor({
  engine,
  posterior,
}: MomentPredictorOptions): MomentPredictor {
  assertMoments(posterior.spec);
  const network = networkOf(posterior);
  const { parameters } = posterior.members[0]!;
  const rowsPerCall = mostRowsPerBlock(network);
  const programs = new Map<FeatureType, Promise<Program>>();
  const programFor = (type: FeatureType): Promise<Program> => {
    const known = programs.get(type) ?? engine.compile(momentGraph(posterior, network, type));
    programs.set(type, known);
    return known;
  };
  return {
    moments: async (features, { signal, onProgress } = {}) => {
      checkFeatures(features, network.inputShape, 'Rows to predict');
      const program = await programFor(featureType(features));
      const answers: Record<string, Float32Array> = {};
      for (let start = 0; start < features.rows; start += rowsPerCall) {
        throwIfAborted(signal, 'Prediction');
        const end = Math.min(features.rows, start + rowsPerCall);
        const part = await program.run(featureTensors(features, start, end));
        for (const [name, { data }] of Object.entries(part)) {
          const width = data.length / (end - start);
          answers[name] ??= new Float32Array(features.rows * width);
          answers[name].set(data, start * width);
        }
        onProgress?.(end / features.rows);
      }
      const fitted = { network, parameters, scale: posterior.targetScale };
      return poolMoments(fitted, answers, features.rows);
    },
    dispose: async () => {
      for (const program of programs.values()) await (await program).dispose();
      programs.clear();
    },
  };
}

function momentGraph(posterior: FittedPosterior, network: Network, type: FeatureType) {
  const fed = featureInput(type, 'N', network.inputShape);
  const answers = momentAnswers(posterior, network, fed.decode(fed.raw));
  return graph(
    Object.fromEntries(
      answers.flatMap(({ head, nodes }) =>
        Object.entries(nodes).map(([name, node]) => [head.prefix + name, node]),
      ),
    ),
  );
}

/** The answers of every head on x [N, ...item shape]: see `answerMoments`. */
export function momentAnswers(
  posterior: FittedPosterior,
  network: Network,
  x: Node,
): { readonly head: Head; readonly nodes: Named }[] {
  const { parameters } = posterior.members[0]!;
  const isLaplace = posterior.spec.posterior.kind === 'laplace-last-layer';
  const outputs = isLaplace
    ? [lastLayerMoments(network, parameters, x)]
    : outputMoments(
        {
          network,
          parameters,
          weights: familyOf(posterior.spec.posterior).weightMoments(posterior)!,
        },
        x,
      );
  return network.heads.map((head, k) => ({ head, nodes: answerMoments(head, outputs[k]!) }));
}
