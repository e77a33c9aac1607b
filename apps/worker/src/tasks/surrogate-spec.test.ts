import { rowsOf, TrainingSet } from '@dubio/active-learning';
import type { EpochRecord } from '@dubio/bayes-core';
import { ModelSpec } from '@dubio/contracts';
import { describe, expect, it } from 'vitest';
import { surrogateEpochs, surrogateSet, surrogateSpec } from './surrogate-spec.js';

const records = (losses: readonly (number | undefined)[], member = 0): EpochRecord[] =>
  losses.map((validationLoss, i) => ({
    member,
    epoch: i + 1,
    step: 10 * (i + 1),
    loss: 1,
    ...(validationLoss === undefined ? {} : { validationLoss }),
  }));

describe('the surrogate of active testing', () => {
  it('trains as long as the model was found best after, or to the end', () => {
    const spec = ModelSpec.parse({ maxEpochs: 30 });
    expect(surrogateEpochs(spec, records([3, 2, 1, 2, 2]))).toBe(3);
    expect(surrogateEpochs(spec, [...records([3, 1, 2]), ...records([3, 2, 0], 1)])).toBe(2);
    expect(surrogateEpochs(spec, records([undefined, undefined]))).toBe(30);
    expect(surrogateEpochs(spec, [])).toBe(30);
  });

  it('trains longer than the warm-up of a prior', () => {
    const posterior = { kind: 'group-normal-jeffreys', klWarmUpEpochs: 2 } as const;
    const spec = ModelSpec.parse({ posterior, maxEpochs: 30 });
    const epochs = surrogateEpochs(spec, records([0, 0, 3, 2, 3]));
    expect(epochs).toBe(4);
    expect(surrogateSpec(spec, epochs)).toMatchObject({ posterior, maxEpochs: 4 });
  });

  it('is one network in one place, with uncertainty of its own', () => {
    const apart = ModelSpec.parse({
      posterior: { kind: 'mean-field' },
      partitioned: { partitions: 4, rounds: 2 },
    });
    expect(surrogateSpec(apart, 9)).toMatchObject({
      posterior: { kind: 'mean-field' },
      partitioned: null,
      maxEpochs: 9,
    });
    const streaming = ModelSpec.parse({ posterior: { kind: 'mean-field' }, streaming: true });
    expect(surrogateSpec(streaming, 9).streaming).toBe(false);
    for (const posterior of [{ kind: 'point' }, { kind: 'ensemble', members: 3 }] as const) {
      const own = surrogateSpec(ModelSpec.parse({ posterior, samples: 3 }), 9);
      expect(own.posterior.kind).toBe('mc-dropout');
      expect(own.samples).toBe(20);
    }
  });

  it('learns from every label, whatever the round uses it for', () => {
    const set = TrainingSet.parse({
      version: 1,
      kind: 'class',
      classes: ['a', 'b'],
      heldOutSource: 'test',
      ordinals: [0, 1, 2, 3, 4, 5],
      targets: [0, 1, 0, 1, 0, 1],
      parts: [1, 2, 4, 8, 16, 0],
      weights: [1, 2, 1, 1, 1, 1],
      trainWithLureWeights: true,
      prior: { artifactKey: 'a', roundId: 'r', counted: [5] },
      activeTest: { weights: [1], poolRows: 9 },
    });
    const all = surrogateSet(set);
    expect([...rowsOf(all, 'train').ordinals]).toEqual([0, 1, 2, 3, 4, 5]);
    expect(rowsOf(all, 'validation').ordinals).toHaveLength(0);
    expect(all).toMatchObject({ prior: null, trainWithLureWeights: false, activeTest: null });
  });
});
