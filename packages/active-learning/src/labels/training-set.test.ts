import { describe, expect, it } from 'vitest';
import {
  askedFields,
  fieldTargets,
  onlyField,
  PART,
  rowsOf,
  rowWidth,
  type TrainingSet,
  weightsAt,
  weightsOf,
} from './training-set.js';
import { upgradeTrainingSet } from './upgrade-training-set.js';

const set: TrainingSet = {
  version: 1,
  kind: 'choices',
  classes: ['x', 'y'],
  fields: [
    { name: 'marks', kind: 'choices', classes: ['x', 'y'] },
    { name: 'price', kind: 'number', classes: [] },
  ],
  heldOutSource: 'validation',
  ordinals: [2, 5, 7],
  targets: [0, 1, 10, 1, 0, 20, 1, 1, 30],
  parts: [PART.train, PART.validation + PART.heldOut, PART.train],
  prior: null,
  weights: [1, 2, 3],
  poolRows: 9,
  trainWithLureWeights: true,
  activeTest: null,
};

describe('rows of a training set', () => {
  it('come with all of their targets, by what they are used for', () => {
    expect(rowWidth(set)).toBe(3);
    expect(rowsOf(set, 'train')).toEqual({
      ordinals: Int32Array.from([2, 7]),
      targets: Float64Array.from([0, 1, 10, 1, 1, 30]),
    });
    expect(rowsOf(set, 'heldOut').ordinals).toEqual(Int32Array.from([5]));
    expect(rowsOf(set, 'control').ordinals).toHaveLength(0);
  });

  it('count what their weights say, and nothing where all count alike', () => {
    expect(weightsOf(set, 'train')).toEqual(Float64Array.from([1, 3]));
    expect(weightsOf(set, 'validation')).toBeNull();
    expect(weightsOf({ ...set, weights: [2, 1, 2] }, 'train')).toBeNull();
    expect(weightsOf({ ...set, weights: [] }, 'train')).toBeNull();
    expect(weightsAt(set, Int32Array.from([7, 2]))).toEqual(Float64Array.from([3, 1]));
    expect(weightsAt({ ...set, weights: [] }, Int32Array.from([7]))).toBeUndefined();
  });

  it('give the targets of one field alone', () => {
    expect(fieldTargets(set, set.targets)).toEqual([
      Float64Array.from([0, 1, 1, 0, 1, 1]),
      Float64Array.from([10, 20, 30]),
    ]);
    const prices = onlyField(set, 1);
    expect(prices).toMatchObject({ kind: 'number', classes: [], fields: [] });
    expect(prices.targets).toEqual([10, 20, 30]);
    expect(askedFields(prices)).toEqual([{ name: '', kind: 'number', classes: [] }]);
    expect(rowWidth(prices)).toBe(1);
  });
});

describe('a stored training set', () => {
  it.each([null, 7, 'text', undefined])('that is none stays what it is: %j', (stored) => {
    expect(upgradeTrainingSet(stored)).toBe(stored);
  });
});
