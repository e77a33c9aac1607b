import { throwIfAborted } from '../errors.js';
import { graph } from '../graph/graph.js';
import { constant, input, type Node } from '../graph/node.js';
import { divide, exp, multiply, subtract } from '../graph/ops/elementwise.js';
import { reshape, transpose } from '../graph/ops/layout.js';
import { matmul } from '../graph/ops/linear.js';
import { reduceSum, softmax } from '../graph/ops/reduce.js';
import { featureInput, featureTensors, featureType } from '../nn/features.js';
import { fieldError } from '../nn/field-error.js';
import { headsOf } from '../nn/heads.js';
import { noiseVarianceOf } from '../nn/noise-variance.js';
import { float32 } from '../tensor.js';
import type { TrainedNetwork } from './family.js';
import { lastLayerNodes, lastLayerOf } from './last-layer.js';

/**
 * Sums over training rows, each counted with its weight, of what the Gauss-Newton matrix is made
 * of.
 */
export type Curvature = {
  readonly rows: number;
  /** sum_n x_n x_n', [D + 1, D + 1]. */
  readonly inputProducts: Float64Array;
  /** sum_n L_n, [C, C], with L_n the second derivative of the loss in the outputs. */
  readonly outputHessian: Float64Array;
  /** sum_n L_n[c, c'] x_n x_n', [C, C, D + 1, D + 1]; only where asked for. */
  readonly weightedProducts: Float64Array | null;
};

const ROWS_PER_CALL = 256;
const ROW_WEIGHTS = 'rowWeights';

/** @throws aborted */
export async function lastLayerCurvature(
  trained: TrainedNetwork,
  withWeights: boolean,
): Promise<Curvature> {
  const { engine, network, parameters, train, weights, signal } = trained;
  const { inputs: width, outputs: classes } = lastLayerOf(network);
  const features = featureInput(featureType(train.features), 'N', network.inputShape);
  const { inputs, outputs } = lastLayerNodes(network, parameters, features.decode(features.raw));
  const counted = (values: Node): Node =>
    weights ? multiply(values, input(ROW_WEIGHTS, 'float32', ['N', 1])) : values;
  const hessian_N_CC = counted(outputHessian(trained, outputs));
  const columns = transpose(inputs);
  const program = await engine.compile(
    graph({
      inputProducts: matmul(columns, counted(inputs)),
      outputHessian: reduceSum(hessian_N_CC, [0]),
      ...(withWeights ? { weightedProducts: weightedProducts(columns, inputs, hessian_N_CC) } : {}),
    }),
  );
  const sums: Record<string, Float64Array> = {
    inputProducts: new Float64Array(width ** 2),
    outputHessian: new Float64Array(classes ** 2),
    ...(withWeights ? { weightedProducts: new Float64Array((classes * width) ** 2) } : {}),
  };
  const { rows } = train.features;
  try {
    for (let start = 0; start < rows; start += ROWS_PER_CALL) {
      throwIfAborted(signal, 'Training');
      const end = Math.min(rows, start + ROWS_PER_CALL);
      const part = await program.run({
        ...featureTensors(train.features, start, end),
        ...(weights
          ? {
              [ROW_WEIGHTS]: float32(Float32Array.from(weights.subarray(start, end)), [
                end - start,
                1,
              ]),
            }
          : {}),
      });
      for (const [name, sum] of Object.entries(sums)) {
        const { data } = part[name]!;
        for (let i = 0; i < sum.length; i++) sum[i]! += data[i]!;
      }
    }
  } finally {
    await program.dispose();
  }
  return {
    rows,
    inputProducts: sums.inputProducts!,
    outputHessian: sums.outputHessian!,
    weightedProducts: sums.weightedProducts ?? null,
  };
}

/** [C C, D + 1, N] x [N, D + 1] -> [C C, D + 1, D + 1]. */
function weightedProducts(columns: Node, inputs: Node, hessian_N_CC: Node): Node {
  const [width, rows] = columns.shape;
  const pairs = hessian_N_CC.shape[1]!;
  const weights = reshape(transpose(hessian_N_CC), [pairs, 1, rows!]);
  const weighted = multiply(reshape(columns, [1, width!, rows!]), weights);
  return matmul(weighted, inputs);
}

/**
 * Second derivative of each row's loss in the outputs, [N, C C]: diag(p) - p p' for classes,
 * 1 / variance for numbers (standardised).
 */
function outputHessian({ spec, parameters, scale }: TrainedNetwork, outputs: Node): Node {
  const { output } = spec;
  if (output.kind === 'number') {
    const [head] = headsOf(output);
    const variance = noiseVarianceOf(output, head!, scale, parameters) / scale.deviation ** 2;
    return divide(exp(multiply(outputs, constant(0))), constant(variance));
  }
  if (output.kind !== 'class')
    throw fieldError('posterior.kind', 'one class or number', output.kind);
  const { classes } = output;
  const probs = softmax(outputs);
  const row = reshape(probs, [probs.shape[0]!, 1, classes]);
  const column = reshape(probs, [probs.shape[0]!, classes, 1]);
  const diagonal = Float32Array.from({ length: classes ** 2 }, (_, i) =>
    i % (classes + 1) === 0 ? 1 : 0,
  );
  const hessian = subtract(
    multiply(column, constant(diagonal, [classes, classes])),
    multiply(column, row),
  );
  return reshape(hessian, [probs.shape[0]!, classes ** 2]);
}
