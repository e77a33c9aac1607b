import { type LabelField, ModelSpec, Policies, Posterior } from '@dubio/contracts';
import { describe, expect, it } from 'vitest';
import {
  acquisitionDraft,
  DEFAULT_MODEL,
  modelDraft,
  modelKinds,
  policiesDraft,
  readAcquisition,
  readModel,
  readPolicies,
  readQuestion,
  readStop,
  stopDraft,
} from './drafts';
import { readNumber } from './read-number';

describe('readNumber', () => {
  it('takes groups of three and a real minus', () => {
    expect(readNumber('60,000', { from: 1, to: 1e6, whole: true }).value).toBe(60_000);
    expect(readNumber('−2.5', { from: -5, to: 5 }).value).toBe(-2.5);
  });

  it('says what may be typed', () => {
    expect(readNumber('x', { from: 1, to: 1000, whole: true }).error).toBe(
      'A whole number from 1 to 1,000.',
    );
    expect(readNumber('', { from: 0, to: 0.5 }).error).toBe('A number from 0 to 0.5.');
  });

  it('takes nothing for nothing only where that is allowed', () => {
    expect(readNumber(' ', { from: 1, to: 2, open: true })).toEqual({ value: null, error: null });
  });
});

describe('the model of a project that says nothing about it', () => {
  it('is the one of the server', () => {
    expect(DEFAULT_MODEL).toEqual(ModelSpec.parse({}));
  });
});

const PRICE: LabelField = { kind: 'number', name: 'price', question: 'How much?' };
const DIGIT: LabelField & { kind: 'choice' } = {
  kind: 'choice',
  name: 'digit',
  question: 'Which digit?',
  choices: [{ value: '0' }, { value: '1' }],
};

describe('drafts', () => {
  it('of untouched settings read back as they were', () => {
    const spec = ModelSpec.parse({});
    expect(readModel(modelDraft(spec), modelKinds(spec), [DIGIT])).toEqual({
      ok: true,
      value: spec,
    });
    const policies = Policies.parse({});
    const read = readPolicies(policiesDraft(policies));
    expect(read.ok && { ...policies, ...read.value }).toEqual(policies);
    const apart = policiesDraft({ ...policies, controlShare: 0.3, testShare: 0.2 });
    expect(readPolicies(apart)).toMatchObject({ ok: true, value: { testShare: 0.2 } });
    expect(readPolicies({ ...apart, testShare: '20.5' })).toMatchObject({
      errors: { testShare: expect.stringContaining('at most 50 %') },
    });
    const acquisition = { rule: 'power-bald', beta: null, batchSize: 10 } as const;
    expect(readAcquisition(acquisitionDraft(acquisition), 'power-bald', acquisition)).toEqual({
      ok: true,
      value: acquisition,
    });
    const stop = {
      targetMetric: 0.97,
      epistemicNats: 0.1,
      labelBudget: null,
      totalDoubt: 0.2,
      leastGain: 0.005,
      agreement: 0.99,
    };
    expect(readStop(stopDraft(stop, true), true)).toEqual({ ok: true, value: stop });
  });

  it('read into a spec that the API takes, for every posterior and optimiser', () => {
    const draft = modelDraft(ModelSpec.parse({}));
    const noise = { numbers: 'per-item', logits: false } as const;
    const kinds = { ...modelKinds(ModelSpec.parse({})), noise };
    for (const { shape } of Posterior.options) {
      const posterior = shape.kind.value;
      for (const optimiser of ['adam', 'sgd'] as const) {
        const read = readModel(draft, { ...kinds, activation: 'tanh', posterior, optimiser }, [
          DIGIT,
        ]);
        expect(read.ok && ModelSpec.safeParse(read.value).success).toBe(true);
        expect(read.ok && read.value.noise).toEqual(noise);
      }
    }
  });

  it('keep what is set of each posterior', () => {
    for (const posterior of [
      {
        kind: 'mean-field',
        estimator: 'flipout',
        priorDeviation: 0.3,
        klScale: 0.5,
        klWarmUpEpochs: 7,
      },
      { kind: 'concrete-dropout', initialRate: 0.2, lengthScale: 2 },
      { kind: 'swag', epochs: 7 },
      { kind: 'group-normal-jeffreys', klScale: 1, klWarmUpEpochs: 30 },
      { kind: 'group-horseshoe', klScale: 0.3, klWarmUpEpochs: 0, globalScale: 0.002 },
      { kind: 'laplace-last-layer', curvature: 'full' },
    ] as const) {
      const spec = ModelSpec.parse({ posterior });
      expect(readModel(modelDraft(spec), modelKinds(spec), [DIGIT])).toEqual({
        ok: true,
        value: spec,
      });
    }
  });

  it('keep how mean field learns apart and in a stream, and drop both for other posteriors', () => {
    const spec = ModelSpec.parse({
      posterior: { kind: 'mean-field' },
      partitioned: { shards: 3, rounds: 7, damping: 0.4 },
      streaming: true,
    });
    const [draft, kinds] = [modelDraft(spec), modelKinds(spec)];
    expect(readModel(draft, kinds, [DIGIT])).toEqual({ ok: true, value: spec });
    expect(readModel({ ...draft, damping: '' }, kinds, [DIGIT])).toMatchObject({
      value: { partitioned: { shards: 3, rounds: 7, damping: null } },
    });
    expect(readModel(draft, { ...kinds, posterior: 'swag' }, [DIGIT])).toMatchObject({
      value: { partitioned: null, streaming: false },
    });
    expect(readModel({ ...draft, shards: '1' }, kinds, [DIGIT])).toHaveProperty('errors.shards');
  });

  it('let a warm-up end before training does, and refuse one where rounds go on from each other', () => {
    const spec = ModelSpec.parse({ posterior: { kind: 'mean-field', klWarmUpEpochs: 20 } });
    const [draft, kinds] = [modelDraft(spec), modelKinds(spec)];
    const errorOf = (change: object, kind = kinds) => {
      const read = readModel({ ...draft, ...change }, kind, [DIGIT]);
      return read.ok ? null : read.errors;
    };
    expect(errorOf({ maxEpochs: '21' })).toBeNull();
    expect(errorOf({ maxEpochs: '20' })).toEqual({
      klWarmUpEpochs: 'Fewer than the epochs at most.',
    });
    for (const more of [{ inShards: true }, { streaming: true }])
      expect(errorOf({}, { ...kinds, ...more })).toEqual({
        klWarmUpEpochs: '0 with shards, or when rounds begin from the model in use.',
      });
    expect(errorOf({ klWarmUpEpochs: '1.5' })).toHaveProperty('klWarmUpEpochs');
  });

  it('refuse one sample, in the words of the product', () => {
    const spec = ModelSpec.parse({});
    const read = readModel({ ...modelDraft(spec), samples: '1' }, modelKinds(spec), [DIGIT]);
    expect(read.ok ? {} : read.errors).toEqual({
      samples: 'At least 2: one sample cannot disagree with itself.',
    });
  });

  it('name every mistake at once', () => {
    const spec = ModelSpec.parse({});
    const read = readModel({ ...modelDraft(spec), hidden: 'wide', rate: '2' }, modelKinds(spec), [
      DIGIT,
    ]);
    expect(Object.keys(read.ok ? {} : read.errors).sort()).toEqual(['hidden', 'rate']);
  });

  it('read only what the chosen rule uses, so that nothing out of sight holds up a save', () => {
    const before = { beta: 8, batchSize: 10 };
    const typed = { beta: 'much', batchSize: '3' };
    expect(readAcquisition(typed, 'bald', before)).toEqual({
      ok: true,
      value: { rule: 'bald', ...before },
    });
    expect(readAcquisition(typed, 'batch-bald', before)).toMatchObject({
      value: { batchSize: 3 },
    });
    expect(readAcquisition(typed, 'softrank-bald', before)).toHaveProperty('errors.beta');
  });

  it('refuse a Laplace posterior for learned noise, several choices and several fields', () => {
    const spec = ModelSpec.parse({ posterior: { kind: 'laplace-last-layer' } });
    const noise = { numbers: 'per-item', logits: false } as const;
    const read = (kinds: typeof spec.noise, fields: LabelField[]) =>
      readModel(modelDraft(spec), { ...modelKinds(spec), noise: kinds }, fields);
    expect(read(spec.noise, [PRICE])).toHaveProperty('ok', true);
    expect(read(noise, [DIGIT])).toHaveProperty('ok', true);
    expect(read(noise, [PRICE])).toHaveProperty('errors.posterior');
    expect(read(spec.noise, [DIGIT, PRICE])).toHaveProperty('errors.posterior');
    expect(read(spec.noise, [{ ...DIGIT, kind: 'choices' }])).toHaveProperty('errors.posterior');
  });

  it('switch the label trigger off when its field is empty', () => {
    const read = readPolicies({ ...policiesDraft(Policies.parse({})), retrainAfterLabels: '' });
    expect(read.ok && read.value.retrainAfterLabels).toBeNull();
  });
});

describe('readQuestion', () => {
  const field = DIGIT;
  const read = (choices: { value: string; key?: string }[], question = 'Which?') =>
    readQuestion(field, { question, choices, numbers: {} });

  it('wants a question and two different answers with different keys', () => {
    const errorsOf = (result: ReturnType<typeof read>) => (result.ok ? {} : result.errors);
    expect(errorsOf(read([{ value: 'a' }, { value: 'b' }], ' '))).toHaveProperty('question');
    expect(errorsOf(read([{ value: 'a' }])).choices).toContain('At least 2 answers');
    expect(errorsOf(read([{ value: 'a' }, { value: ' a ' }])).choices).toContain('once');
    expect(
      errorsOf(
        read([
          { value: 'a', key: 'x' },
          { value: 'b', key: 'x' },
        ]),
      ).choices,
    ).toContain('key');
  });

  it('is content with one answer where any number may be chosen', () => {
    const several: LabelField = { ...field, kind: 'choices' };
    const draft = { question: 'Which?', choices: [{ value: 'a' }], numbers: {} };
    expect(readQuestion(several, draft)).toHaveProperty('ok', true);
    expect(readQuestion(several, { ...draft, choices: [] })).toHaveProperty('errors.choices');
  });

  it('keeps the name of the field, to which labels refer', () => {
    const result = read([{ value: 'a' }, { value: 'b', key: 'x' }]);
    expect(result.ok && result.value).toEqual({
      kind: 'choice',
      name: 'digit',
      question: 'Which?',
      choices: [{ value: 'a' }, { value: 'b', key: 'x' }],
    });
  });

  it('wants a minimum below the maximum', () => {
    const number: LabelField = { kind: 'number', name: 'y', question: 'How much?' };
    const result = readQuestion(number, {
      question: 'How much?',
      choices: [],
      numbers: { minimum: '5', maximum: '5', unit: 'MPa' },
    });
    expect(result.ok ? {} : result.errors).toHaveProperty('maximum');
  });
});
