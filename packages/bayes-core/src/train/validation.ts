import type { Engine } from '../engine/engine.js';
import { graph } from '../graph/graph.js';
import { input } from '../graph/node.js';
import type { Likelihood } from '../likelihood/likelihood.js';
import { featureInput, featureTensors, featureType } from '../nn/features.js';
import { forward } from '../nn/forward.js';
import type { Network } from '../nn/network.js';
import type { Parameters } from '../nn/parameters.js';
import { type LabelledRows, type TargetScale, targetsOfRow } from '../nn/targets.js';

/** Judges a network on held-out rows with its mean weights (dropout layers left out). */
export type Validator = {
  evaluate(parameters: Parameters): Promise<{ loss: number; accuracy?: number }>;
  dispose(): Promise<void>;
};

const ROWS_PER_CALL = 1024;

type ValidatorParts = {
  readonly engine: Engine;
  readonly network: Network;
  readonly likelihood: Likelihood;
  readonly rows: LabelledRows;
  readonly scale: TargetScale;
  /** Of the rows, with mean 1; null where all count alike. */
  readonly weights: Float64Array | null;
};

export async function createValidator({
  engine,
  network,
  likelihood,
  rows,
  scale,
  weights,
}: ValidatorParts): Promise<Validator> {
  const features = featureInput(featureType(rows.features), 'N', network.inputShape);
  const slots = new Map(
    network.parameters.map((slot) => [slot.name, input(slot.name, 'float32', slot.shape)]),
  );
  const outputs = forward(network.layers, features.decode(features.raw), {
    parameter: (name) => slots.get(name)!,
    mask: () => null,
  });
  const closed = graph({ outputs });
  const needed = new Set(closed.inputs.map((node) => node.attributes.name));
  const program = await engine.compile(closed);
  const count = rows.features.rows;
  return {
    evaluate: async (parameters) => {
      const all = new Float32Array(count * network.outputs);
      const tensors = Object.fromEntries(
        Object.entries(parameters).filter(([name]) => needed.has(name)),
      );
      for (let start = 0; start < count; start += ROWS_PER_CALL) {
        const end = Math.min(count, start + ROWS_PER_CALL);
        const part = await program.run({
          ...featureTensors(rows.features, start, end),
          ...tensors,
        });
        all.set(part.outputs!.data, start * network.outputs);
      }
      if (weights === null) return likelihood.evaluate(all, rows.targets, scale, parameters);
      return weightedMean(weights, (row) =>
        likelihood.evaluate(
          all.subarray(row * network.outputs, (row + 1) * network.outputs),
          targetsOfRow(rows.targets, row, count),
          scale,
          parameters,
        ),
      );
    },
    dispose: () => program.dispose(),
  };
}

/**
 * 1/R sum_i w_i x_i of loss and accuracy: what a likelihood says of many rows is the mean of what
 * it says of each.
 */
function weightedMean(
  weights: Float64Array,
  judge: (row: number) => { loss: number; accuracy?: number },
): { loss: number; accuracy?: number } {
  let [loss, accuracy] = [0, 0];
  let hasAccuracy = false;
  weights.forEach((weight, row) => {
    const own = judge(row);
    loss += (weight * own.loss) / weights.length;
    if (own.accuracy === undefined) return;
    accuracy += (weight * own.accuracy) / weights.length;
    hasAccuracy = true;
  });
  return hasAccuracy ? { loss, accuracy } : { loss };
}
