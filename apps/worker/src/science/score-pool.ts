import { type PoolMoments, poolUncertainty, scoreItems } from '@dubio/bayes-core';
import { favourites } from './favourites.js';
import type { ScoreColumns } from './score-columns.js';

/** What posterior samples say of some items of the pool, as columns. */
export function columnsOf(
  ordinal: Int32Array,
  moments: PoolMoments,
  rule: string,
): Omit<ScoreColumns, 'scoreError'> {
  const uncertainty = poolUncertainty(moments);
  return {
    ordinal,
    total: Float32Array.from(uncertainty.total_N),
    aleatoric: Float32Array.from(uncertainty.aleatoric_N),
    epistemic: Float32Array.from(uncertainty.epistemic_N),
    score: Float32Array.from(scoreItems(rule, uncertainty)),
    ...answersOf(moments),
  };
}

/** What the samples answer; of several fields, to the first. */
function answersOf(
  moments: PoolMoments,
): Pick<ScoreColumns, 'mean' | 'predicted' | 'votes' | 'classes'> {
  if (moments.kind === 'fields') return answersOf(moments.fields[0]!.moments);
  const { rows } = moments;
  const [mean, predicted] = [new Float32Array(rows), new Int32Array(rows).fill(-1)];
  switch (moments.kind) {
    case 'class': {
      const { classes, meanProbs_N_C } = moments;
      const votes = Int32Array.from(moments.votes_N_C);
      return { mean, predicted: favourites(meanProbs_N_C, rows, classes), votes, classes };
    }
    case 'choices':
      return {
        mean,
        predicted,
        votes: Int32Array.from(moments.votes_N_L),
        classes: moments.choices,
      };
    case 'number': {
      const votes = new Int32Array(0);
      return { mean: Float32Array.from(moments.mean_N), predicted, votes, classes: 0 };
    }
  }
}
