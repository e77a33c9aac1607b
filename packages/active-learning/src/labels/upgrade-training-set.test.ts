import { expect, it } from 'vitest';
import { decodeTrainingSet, encodeTrainingSet } from './training-set.js';

/** As version 0.1.0 wrote it. */
const STORED = {
  version: 1,
  kind: 'class',
  classes: ['no', 'yes'],
  fields: [],
  heldOutSource: 'control',
  ordinals: [0, 3, 4],
  targets: [0, 1, 1],
  parts: [1, 12, 16],
  prior: null,
  weights: [1.5, 1, 1],
  poolRows: 9,
  levelTraining: true,
  tested: { weights: [2], poolRows: 9 },
};

it('a training set of before is read under the names of today, and written so', () => {
  const set = decodeTrainingSet(new TextEncoder().encode(JSON.stringify(STORED)));
  expect(set).toMatchObject({
    trainWithLureWeights: true,
    activeTest: { weights: [2], poolRows: 9 },
    weights: [1.5, 1, 1],
  });
  expect(decodeTrainingSet(encodeTrainingSet(set))).toEqual(set);
});
