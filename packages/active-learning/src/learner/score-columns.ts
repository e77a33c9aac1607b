import type { ClassSums, PoolMoments } from '@dubio/bayes-core/pure';
import { scoreItems } from '../acquisition/rules.js';
import { favourites } from '../evaluation/favourites.js';
import { classUncertainty } from '../uncertainty/class-uncertainty.js';
import { poolUncertainty, type Uncertainty } from '../uncertainty/pool-uncertainty.js';
import type { PoolScores } from './pool-scores.js';

/** What all posterior samples say of some items of the pool, as columns. */
export function columnsOf(ordinal: Int32Array, moments: PoolMoments, rule: string): PoolScores {
  return {
    ordinal,
    ...uncertaintyColumns(poolUncertainty(moments), rule),
    ...answersOf(moments),
    firstLook: null,
  };
}

/** The same of sums for one choice. */
export function columnsOfSums(ordinal: Int32Array, sums: ClassSums, rule: string): PoolScores {
  return {
    ordinal,
    ...uncertaintyColumns(classUncertainty(sums), rule),
    ...classAnswers(sums),
    firstLook: null,
  };
}

const uncertaintyColumns = (uncertainty: Uncertainty, rule: string) => ({
  total: Float32Array.from(uncertainty.total_N),
  aleatoric: Float32Array.from(uncertainty.aleatoric_N),
  epistemic: Float32Array.from(uncertainty.epistemic_N),
  score: Float32Array.from(scoreItems(rule, uncertainty)),
});

const classAnswers = ({ rows, classes, meanProbs_N_C, votes_N_C }: ClassSums) => ({
  mean: new Float32Array(rows),
  predicted: favourites(meanProbs_N_C, rows, classes),
  votes: Int32Array.from(votes_N_C),
  classes,
});

/** What the samples answer; of several fields, to the first. */
function answersOf(
  moments: PoolMoments,
): Pick<PoolScores, 'mean' | 'predicted' | 'votes' | 'classes'> {
  if (moments.kind === 'fields') return answersOf(moments.fields[0]!.moments);
  const { rows } = moments;
  const [mean, predicted] = [new Float32Array(rows), new Int32Array(rows).fill(-1)];
  switch (moments.kind) {
    case 'class':
      return classAnswers(moments);
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
