import type { PoolMoments, SingleMoments } from '@dubio/bayes-core/pure';
import { describe, expect, it } from 'vitest';
import { choicesUncertainty } from './choices-uncertainty.js';
import { classUncertainty } from './class-uncertainty.js';
import { fieldsUncertainty } from './fields-uncertainty.js';
import { numberUncertainty } from './number-uncertainty.js';
import { poolUncertainty } from './pool-uncertainty.js';

const ofClasses = {
  kind: 'class',
  rows: 2,
  classes: 2,
  samples: 3,
  meanProbs_N_C: [0.5, 0.5, 0.9, 0.1],
  expectedEntropy_N: [0.3, 0.2],
  votes_N_C: [2, 1, 3, 0],
} as const;
const ofChoices = {
  kind: 'choices',
  rows: 2,
  choices: 1,
  samples: 3,
  meanProbs_N_L: [0.5, 0.9],
  expectedEntropy_N_L: [0.3, 0.2],
  votes_N_L: [2, 3],
} as const;
const ofNumbers = {
  kind: 'number',
  rows: 2,
  samples: 3,
  mean_N: [1, 2],
  varianceOfMeans_N: [0.5, 0.25],
  meanOfVariances_N: [1, 2],
} as const;

describe('poolUncertainty', () => {
  it('of one question is that of its kind', () => {
    const single = (moments: unknown) => poolUncertainty(moments as SingleMoments);
    expect(single(ofClasses)).toEqual(classUncertainty(ofClasses as never));
    expect(single(ofChoices)).toEqual(choicesUncertainty(ofChoices as never));
    expect(single(ofNumbers)).toEqual(numberUncertainty(ofNumbers as never));
  });

  it('of several fields is their sum, with the spread of each number', () => {
    const moments = {
      kind: 'fields',
      fields: [
        { moments: ofClasses, deviation: 1 },
        { moments: ofNumbers, deviation: 3 },
      ],
    };
    const pool = poolUncertainty(moments as unknown as PoolMoments);
    expect(pool).toEqual(
      fieldsUncertainty([
        { uncertainty: classUncertainty(ofClasses as never), deviation: 1 },
        { uncertainty: numberUncertainty(ofNumbers as never), deviation: 3 },
      ]),
    );
    const nats = Math.log(2) - 0.3 + 0.5 * Math.log1p(0.5);
    expect(pool.epistemic_N[0]).toBeCloseTo(nats, 12);
  });
});
