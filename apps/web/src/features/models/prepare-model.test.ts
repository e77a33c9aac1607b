import { type ModelMetrics, ModelSpec } from '@dubio/contracts';
import { describe, expect, it } from 'vitest';
import { networkWords, posteriorWords } from './describe-spec';
import { preparePerClass, prepareScores, temperatureWords } from './prepare-model';

const scores = { ece: 0.0841, nll: 0.2014, brier: 0.0833, meanConfidence: 0.87, bins: [] };
const row = (value: string, recall: number | null) => ({
  value,
  labels: 10,
  heldOut: recall === null ? 0 : 100,
  precision: recall,
  recall,
  takenFor: null,
});
const metrics = (change: Partial<ModelMetrics> = {}): ModelMetrics => ({
  kind: 'class',
  heldOut: 5000,
  heldOutSource: 'test',
  accuracy: null,
  rmse: null,
  nll: null,
  temperature: 0.56,
  temperatureFittedOn: 5000,
  before: scores,
  after: { ...scores, ece: 0.008 },
  perClass: [],
  confusion: null,
  history: [],
  ...change,
});

describe('prepareScores', () => {
  it('pairs each score before and after', () => {
    expect(prepareScores(metrics())[0]).toEqual({
      key: 'ece',
      name: 'ECE',
      before: '0.084',
      after: '0.008',
    });
  });

  it('has no second value without temperature scaling', () => {
    expect(prepareScores(metrics({ after: null }))[0]?.after).toBeNull();
    expect(prepareScores(metrics({ before: null, after: null }))).toEqual([]);
    expect(temperatureWords(metrics({ temperature: null }))).toBe('no temperature was fitted');
  });
});

describe('preparePerClass', () => {
  it('cuts the recall scale at a whole ten below the lowest class', () => {
    const table = preparePerClass(metrics({ perClass: [row('0', 0.978), row('7', 0.719)] }));
    expect([table.from, table.to]).toEqual([70, 100]);
  });

  it('never starts above 90, and survives a class without held-out items', () => {
    expect(preparePerClass(metrics({ perClass: [row('0', 0.999), row('1', null)] })).from).toBe(90);
  });
});

describe('words of a model', () => {
  it('name the posterior and the network', () => {
    const spec = ModelSpec.parse({});
    expect(posteriorWords(spec)).toBe('MC dropout, 50 posterior samples');
    expect(networkWords(spec)).toBe('128-128 network, dropout 0.5');
    expect(posteriorWords(ModelSpec.parse({ posterior: { kind: 'point' } }))).toContain(
      'no epistemic doubt',
    );
  });
});
