import { describe, expect, it } from 'vitest';
import { ModelSpec } from './model-spec.js';

const meanField = { kind: 'mean-field' } as const;

describe('a model spec', () => {
  it('learns in one place and from all labels, unless it says otherwise', () => {
    expect(ModelSpec.parse({})).toMatchObject({ partitioned: null, streaming: false });
    expect(ModelSpec.parse({ posterior: meanField, partitioned: {} }).partitioned).toEqual({
      shards: 4,
      rounds: 10,
      damping: null,
    });
  });

  it.each([
    ['partitioned', { partitioned: { shards: 2 } }],
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
});
