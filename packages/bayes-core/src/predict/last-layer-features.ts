import type { Engine } from '../engine/engine.js';
import { throwIfAborted } from '../errors.js';
import { graph } from '../graph/graph.js';
import { constant } from '../graph/node.js';
import { flatten } from '../graph/ops/layout.js';
import {
  checkFeatures,
  type FeatureMatrix,
  featureInput,
  featureTensors,
  featureType,
} from '../nn/features.js';
import { forward } from '../nn/forward.js';
import { familyOf, networkOf } from '../posterior/family-of.js';
import type { FittedPosterior } from '../posterior/fitted.js';
import { asFloat32 } from '../tensor.js';
import { blockOf, blockSize, mostRowsPerBlock } from './block.js';
import type { PredictOptions } from './predictor.js';

/** What the last layer sees of N rows, [N, D]. */
export type LastLayerFeatures = {
  readonly rows: number;
  readonly dimensions: number;
  readonly features_N_D: Float32Array;
};

/**
 * What the output layer of the mean network sees of each row: the space in which diverse batches
 * are picked.
 *
 * h(x) = the network without its last layer and without dropout (masks are scaled in training, so
 * leaving them out is their mean) and with the means of its weights; of an ensemble, its first
 * member. Shapes: N rows -> [N, D], D units of the last hidden layer.
 * @throws invalid_data, aborted
 * @see Ash et al. 2020 section 2 (last-layer embedding). Cost: one forward pass.
 */
export async function lastLayerFeatures(
  model: { readonly engine: Engine; readonly posterior: FittedPosterior },
  features: FeatureMatrix,
  { signal, onProgress }: PredictOptions = {},
): Promise<LastLayerFeatures> {
  const network = networkOf(model.posterior);
  checkFeatures(features, network.inputShape, 'Rows to describe');
  const dimensions = network.layers.at(-1)!.inputShape[0]!;
  const features_N_D = new Float32Array(features.rows * dimensions);
  const most = mostRowsPerBlock(network);
  const block = blockSize(Math.min(most, Math.max(1, features.rows)), most);
  const { raw, decode } = featureInput(featureType(features), block, network.inputShape);
  const { spec, members } = model.posterior;
  const parameters = familyOf(spec.posterior).meanNetwork(network, members[0]!.parameters);
  const hidden = forward(network.layers.slice(0, -1), decode(raw), {
    parameter: (name) => constant(parameters[name]!.data, parameters[name]!.shape),
    mask: () => null,
  });
  const program = await model.engine.compile(graph({ hidden: flatten(hidden) }));
  try {
    for (let start = 0; start < features.rows; start += block) {
      throwIfAborted(signal, 'Describing items');
      const rows = Math.min(block, features.rows - start);
      const outputs = await program.run(featureTensors(blockOf(features, start, rows, block)));
      const values = asFloat32(outputs.hidden!);
      features_N_D.set(values.subarray(0, rows * dimensions), start * dimensions);
      onProgress?.((start + rows) / features.rows);
    }
  } finally {
    await program.dispose();
  }
  return { rows: features.rows, dimensions, features_N_D };
}
