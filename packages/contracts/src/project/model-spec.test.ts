import { describe, expect, it } from 'vitest';
import { ModelSpec } from './model-spec.js';

const meanField = { kind: 'mean-field' } as const;

describe('a model spec', () => {
  it('learns in one place and from all labels, unless it says otherwise', () => {
    expect(ModelSpec.parse({})).toMatchObject({ partitioned: null, streaming: false });
    expect(ModelSpec.parse({ posterior: meanField, partitioned: {} }).partitioned).toEqual({
      partitions: 4,
      rounds: 10,
      damping: null,
    });
  });

  it.each([
    ['partitioned', { partitioned: { partitions: 2 } }],
    ['streaming', { streaming: true }],
  ])('names the field when a posterior cannot be %s', (field, option) => {
    for (const kind of ['mc-dropout', 'ensemble', 'swag', 'laplace-last-layer'] as const) {
      const read = ModelSpec.safeParse({ posterior: { kind }, ...option });
      expect(read.error?.issues).toMatchObject([
        { path: [field], message: expect.stringContaining("unless the posterior is 'mean-field'") },
      ]);
    }
    expect(ModelSpec.safeParse({ posterior: meanField, ...option }).success).toBe(true);
  });

  it('takes a warm-up of the prior that ends before training does, and none where the prior knows something', () => {
    const groups = { kind: 'group-normal-jeffreys', klScale: 1, klWarmUpEpochs: 30 } as const;
    const path = ['posterior', 'klWarmUpEpochs'];
    expect(ModelSpec.parse({ posterior: meanField }).posterior).toMatchObject({
      klWarmUpEpochs: 0,
    });
    expect(ModelSpec.parse({ posterior: groups, maxEpochs: 31 }).posterior).toEqual(groups);
    expect(ModelSpec.safeParse({ posterior: groups, maxEpochs: 30 }).error?.issues).toMatchObject([
      { path, message: expect.stringContaining('fewer than maxEpochs') },
    ]);
    for (const option of [{ partitioned: {} }, { streaming: true }]) {
      const warming = { ...meanField, klWarmUpEpochs: 5 };
      expect(ModelSpec.safeParse({ posterior: warming, ...option }).error?.issues).toMatchObject([
        { path, message: expect.stringContaining('0 with partitioned or streaming') },
      ]);
    }
  });
});
