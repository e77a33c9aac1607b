import { type LabelField, ModelSpec } from '@dubio/contracts';
import { namesOf, OPTIMISERS, POSTERIORS } from '@dubio/contracts/catalogue';
import { describe, expect, it } from 'vitest';
import { modelDraft, readModel } from './model-draft';

const ASKED = { kind: 'choice' } as const;
const spec = ModelSpec.parse({});

const errorsOf = (read: ReturnType<typeof readModel>) => (read.ok ? {} : read.errors);

describe('the draft of a model', () => {
  it('reads into a spec that the API takes, for every posterior and optimiser', () => {
    for (const posterior of namesOf(POSTERIORS)) {
      for (const optimiser of namesOf(OPTIMISERS)) {
        const draft = {
          ...modelDraft(spec),
          'posterior.kind': posterior,
          'optimiser.kind': optimiser,
          'network.activation': 'tanh',
        };
        const read = readModel(draft, [ASKED]);
        expect(read.ok && ModelSpec.parse(read.value)).toEqual(read.ok && read.value);
        expect(read).toMatchObject({
          value: { posterior: { kind: posterior }, optimiser: { kind: optimiser } },
        });
      }
    }
  });

  it('keeps what is typed while another kind is looked at', () => {
    const draft = { ...modelDraft(spec), 'posterior.kind': 'swag', 'posterior.rate': '0.25' };
    expect(readModel({ ...draft, 'posterior.kind': 'mc-dropout' }, [ASKED])).toMatchObject({
      value: { posterior: { kind: 'mc-dropout', rate: 0.25 } },
    });
  });

  it('keeps how mean field learns apart and in a stream, and drops both for other posteriors', () => {
    const apart = ModelSpec.parse({
      posterior: { kind: 'mean-field' },
      partitioned: { partitions: 3, rounds: 7, damping: 0.4 },
      streaming: true,
    });
    const draft = modelDraft(apart);
    expect(readModel(draft, [ASKED])).toEqual({ ok: true, value: apart });
    expect(readModel({ ...draft, 'partitioned.damping': '' }, [ASKED])).toMatchObject({
      value: { partitioned: { partitions: 3, rounds: 7, damping: null } },
    });
    expect(readModel({ ...draft, 'posterior.kind': 'swag' }, [ASKED])).toMatchObject({
      value: { partitioned: null, streaming: false },
    });
    expect(
      errorsOf(readModel({ ...draft, 'partitioned.partitions': '1' }, [ASKED])),
    ).toHaveProperty(['partitioned.partitions']);
  });

  it('lets a warm-up end before training does, and refuses one where rounds go on from each other', () => {
    const path = 'posterior.klWarmUpEpochs';
    const warm = ModelSpec.parse({ posterior: { kind: 'mean-field', klWarmUpEpochs: 20 } });
    const errors = (change: object) =>
      errorsOf(readModel({ ...modelDraft(warm), ...change }, [ASKED]));
    expect(errors({ maxEpochs: '21' })).toEqual({});
    expect(errors({ maxEpochs: '20' })).toEqual({ [path]: 'Fewer than the epochs at most.' });
    for (const more of [{ partitioned: 'on' }, { streaming: 'on' }])
      expect(errors(more)).toEqual({
        [path]: '0 with partitions, or when rounds begin from the model in use.',
      });
    expect(errors({ [path]: '1.5' })).toEqual({ [path]: 'A whole number from 0 to 1,000.' });
  });

  it('refuses one sample where samples can disagree, and none anywhere', () => {
    const errors = (samples: string, kind: string) =>
      errorsOf(readModel({ ...modelDraft(spec), samples, 'posterior.kind': kind }, [ASKED]));
    expect(errors('1', 'mc-dropout')).toEqual({
      samples: 'At least 2: one sample cannot disagree with itself.',
    });
    expect(errors('1', 'point')).toEqual({});
    expect(errors('0', 'point')).toEqual({ samples: 'At least 1.' });
  });

  it('names every mistake at once', () => {
    const draft = { ...modelDraft(spec), 'network.hidden': 'wide', 'posterior.rate': '2' };
    expect(Object.keys(errorsOf(readModel({ ...draft, samples: '1' }, [ASKED]))).sort()).toEqual([
      'network.hidden',
      'posterior.rate',
      'samples',
    ]);
  });

  it('gives Laplace to one choice or one number without learned noise', () => {
    const laplace = ModelSpec.parse({ posterior: { kind: 'laplace-last-layer' } });
    const asks = (...kinds: LabelField['kind'][]) => kinds.map((kind) => ({ kind }));
    const isFine = (asked: ReturnType<typeof asks>, change = {}) =>
      readModel({ ...modelDraft(laplace), ...change }, asked).ok;
    const noisy = { 'noise.numbers': 'per-item' };
    expect(isFine(asks('number'))).toBe(true);
    expect(isFine(asks('choice'), noisy)).toBe(true);
    expect(isFine(asks('number'), noisy)).toBe(false);
    expect(isFine(asks('choice', 'number'))).toBe(false);
    expect(isFine(asks('choices'))).toBe(false);
  });
});
