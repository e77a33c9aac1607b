import { likelihoodOf } from '../likelihood/likelihood-of.js';
import { featureType } from '../nn/features.js';
import { resolveNetwork } from '../nn/network.js';
import type { Parameters } from '../nn/parameters.js';
import { familyOf } from '../posterior/family-of.js';
import type { EpochRecord } from '../posterior/fitted.js';
import { batchPlan } from './noise.js';
import { meanOneWeights } from './row-weights.js';
import { buildTrainingGraph } from './training-graph.js';
import { TrainingRun, type TrainNetworkOptions } from './training-run.js';
import { createValidator } from './validation.js';

/**
 * Trains one network: whole epochs inside native calls, early stopping on the validation rows, best
 * parameters kept; both from the end of a warm-up on, if there is one.
 * @throws non_finite when a loss is not a number; `details.checkpoint` then holds the last good
 * state
 * @throws aborted when the signal fires
 */
export async function trainNetwork(
  options: TrainNetworkOptions,
): Promise<{ parameters: Parameters; history: readonly EpochRecord[] }> {
  const { engine, spec, train, validation, scale, source } = options;
  const network = resolveNetwork(spec);
  const likelihood = likelihoodOf(spec, scale);
  const { rows } = train.features;
  const weights = meanOneWeights(train.weights, rows, 'Training rows');
  const { batchSize, drawsPerEpoch } = spec;
  const plan = batchPlan(source.split('batches'), { rows, batchSize, drawsPerEpoch, weights });
  const family = familyOf(spec.posterior);
  const form = family.trainingForm(network, plan.batchSize, options.beginning?.belief ?? undefined);
  const training = buildTrainingGraph(
    form,
    spec,
    likelihood,
    featureType(train.features),
    plan.batchSize,
  );
  const program = await engine.compile(training.graph);
  const heldOut = validation
    ? {
        rows: validation,
        weights: meanOneWeights(validation.weights, validation.features.rows, 'Validation rows'),
      }
    : null;
  const validator = heldOut
    ? await createValidator({ engine, network, likelihood, scale, ...heldOut })
    : null;
  try {
    const run = { plan, weights, heldOut, program, validator };
    const parts = { network, likelihood, family, form, training, ...run };
    return await new TrainingRun(options, parts).run();
  } finally {
    await program.dispose();
    await validator?.dispose();
  }
}
