import type { Engine } from '../engine/engine.js';
import { likelihoodOf } from '../likelihood/likelihood-of.js';
import { resolveNetwork } from '../nn/network.js';
import type { LabelledRows } from '../nn/targets.js';
import { familyOf } from '../posterior/family-of.js';
import { checkRows } from '../train/fit.js';
import { meanOneWeights } from '../train/row-weights.js';
import { createValidator } from '../train/validation.js';
import type { PartitionedState } from './state.js';

/**
 * Judges q after a whole round on rows that no partition trains on, and keeps the best round's:
 * training in partitions then ends with the weights of least validation loss (or of most accuracy,
 * by `stopOn`), as training in one place does. The judged weights are the means of q. The figures
 * are written to the last epoch of every partition. Judging the same round twice changes nothing.
 * Loss in nats per row; numbers in units of their scale.
 * @throws invalid_argument or shape_mismatch for rows that are not of the spec
 */
export async function judgeRound({
  engine,
  state,
  validation,
}: {
  readonly engine: Engine;
  readonly state: PartitionedState;
  readonly validation: LabelledRows;
}): Promise<PartitionedState> {
  const { spec, targetScale: scale, parameters, round, best, sites } = state;
  checkRows(validation, spec, 'Validation rows');
  if (round === 0 || state.answered > 0) return state;
  const network = resolveNetwork(spec);
  const validator = await createValidator({
    engine,
    network,
    likelihood: likelihoodOf(spec, scale),
    rows: validation,
    scale,
    weights: meanOneWeights(validation.weights, validation.features.rows, 'Validation rows'),
  });
  try {
    const means = familyOf(spec.posterior).meanNetwork(network, parameters);
    const { loss, accuracy } = await validator.evaluate(means);
    const score = spec.stopOn === 'accuracy' ? -(accuracy ?? 0) : loss;
    const last = new Set(
      sites.map((_, partition) =>
        state.history.findLastIndex(({ member }) => member === partition),
      ),
    );
    return {
      ...state,
      best: best === null || score < best.score ? { round, score, parameters } : best,
      history: state.history.map((record, i) =>
        last.has(i)
          ? {
              ...record,
              validationLoss: loss,
              ...(accuracy === undefined ? {} : { validationAccuracy: accuracy }),
            }
          : record,
      ),
    };
  } finally {
    await validator.dispose();
  }
}
