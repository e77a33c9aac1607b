import { type ModelMetrics, ModelSpec } from '@dubio/contracts';
import { describe, expect, it } from 'vitest';
import { networkWords, posteriorWords } from './describe-spec';
import {
  eceWords,
  prepareCoverage,
  preparePerClass,
  prepareScores,
  temperatureWords,
} from './prepare-model';

const scores = {
  ece: 0.0841,
  eceRange: { low: 0.07, high: 0.1 },
  adaptiveEce: 0.09,
  nll: 0.2014,
  brier: 0.0833,
  meanConfidence: 0.87,
  bins: [],
};
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
  lure: null,
  activeTest: null,
  temperature: 0.56,
  temperatureFittedOn: 5000,
  before: scores,
  after: { ...scores, ece: 0.008 },
  conformal: [],
  retention: null,
  perClass: [],
  confusion: null,
  history: [],
  fields: [],
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
      'no epistemic uncertainty',
    );
  });
});

describe('prepareCoverage', () => {
  const coverage = { value: 0.912, low: 0.88, high: 0.94, count: 400 };
  const conformal = [{ level: 0.9, coverage, fittedOn: 200, meanSize: 1.34 }];

  it('sets what was measured against what was promised', () => {
    expect(prepareCoverage(metrics({ conformal }))).toEqual([
      { promised: '90 %', measured: '91 %', note: '88 % to 94 %; 1.3 answers on average' },
    ]);
  });

  it('gives numbers a width, or says that there were too few items', () => {
    const endless = [{ level: 0.9, coverage, fittedOn: 5, meanSize: null }];
    expect(prepareCoverage(metrics({ kind: 'number', conformal }))[0]?.note).toContain('wide');
    expect(prepareCoverage(metrics({ conformal: endless }))[0]?.note).toContain('too few items');
  });

  it('has words for the bounds of the ECE, and none for models from before they were measured', () => {
    expect(eceWords(scores)).toBe('0.070 to 0.100; 0.090 in bins of equally many');
    expect(eceWords({ ...scores, eceRange: null })).toBeNull();
  });
});
