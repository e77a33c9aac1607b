import { describe, expect, it } from 'vitest';
import { AcquisitionSpec } from '../project/acquisition-spec.js';
import { ModelSpec } from '../project/model-spec.js';
import { Featuriser, Policies } from '../project/policies.js';
import {
  DEFAULT_MODEL,
  defaultFeaturiser,
  FEATURISERS,
  ITEM_KINDS,
  NETWORKS,
  namesOf,
  OPTIMISERS,
  POSTERIORS,
  RULES,
} from './index.js';

const sentences = [POSTERIORS, NETWORKS, OPTIMISERS, FEATURISERS, RULES].flatMap((entries) =>
  Object.entries(entries).map(([name, { when }]) => [name, when] as const),
);

describe('the catalogue', () => {
  it.each(sentences)('says in one sentence when to take %s', (_name, when) => {
    expect(when).toMatch(/^[A-Z][^.!?]*\.$/);
  });

  it('has the defaults of the schemas', () => {
    expect(ModelSpec.parse({})).toEqual(DEFAULT_MODEL);
    for (const kind of namesOf(POSTERIORS)) {
      expect(ModelSpec.parse({ posterior: { kind } }).posterior.kind).toBe(kind);
    }
  });

  it('has a featuriser for each kind of item', () => {
    for (const kind of ITEM_KINDS) {
      const featuriser = defaultFeaturiser(kind);
      expect(Featuriser.parse(featuriser)).toEqual(featuriser);
      expect(FEATURISERS[featuriser.kind].items).toBe(kind);
    }
  });
});

/**
 * As they stand in databases: settings are read back as they were stored, whatever the catalogue
 * becomes.
 */
describe('settings that were stored', () => {
  const learning = {
    network: { preset: 'mlp', hidden: [128, 128], activation: 'relu' },
    optimiser: { kind: 'adam', learningRate: 1e-3, weightDecay: 1e-4 },
    noise: { numbers: 'shared', logits: false },
    batchSize: 64,
    maxEpochs: 100,
    patience: 10,
    drawsPerEpoch: 2048,
    samples: 50,
    partitioned: null,
    streaming: false,
  };

  it.each([
    { kind: 'mc-dropout', rate: 0.5 },
    { kind: 'ensemble', members: 5 },
    { kind: 'point' },
    {
      kind: 'mean-field',
      estimator: 'weight-sampling',
      priorDeviation: 0.1,
      klScale: 0.01,
      klWarmUpEpochs: 0,
    },
    { kind: 'concrete-dropout', initialRate: 0.1, lengthScale: 0.01 },
    { kind: 'swag', epochs: 20 },
    { kind: 'laplace-last-layer', curvature: 'full' },
    { kind: 'group-normal-jeffreys', klScale: 1, klWarmUpEpochs: 30 },
    { kind: 'group-horseshoe', klScale: 1, klWarmUpEpochs: 0, globalScale: 1e-5 },
  ])('are kept with posterior %j', (posterior) => {
    expect(ModelSpec.parse({ ...learning, posterior })).toEqual({ ...learning, posterior });
  });

  it('are kept in every part', () => {
    const parts = {
      ...learning,
      network: { preset: 'gal-conv' },
      posterior: { kind: 'mean-field' },
      optimiser: { kind: 'sgd', learningRate: 0.01, momentum: 0.9, weightDecay: 0 },
      noise: { numbers: 'per-item', logits: true },
      partitioned: { partitions: 4, rounds: 10, damping: null },
    };
    const { posterior: _, ...others } = parts;
    expect(ModelSpec.parse(parts)).toMatchObject(others);
    const policies = {
      retrainAfterLabels: 20,
      overlap: 1,
      leaseSeconds: 300,
      queueSize: 500,
      controlShare: 0.1,
      activeTestShare: 0,
      trainOnControl: false,
      trainWithLureWeights: false,
      showModelToAnnotators: false,
      answerUnleased: false,
      gate: true,
      useCompressedModel: false,
      firstSamples: null,
      stop: {
        targetMetric: 0.97,
        epistemicNats: null,
        labelBudget: 1000,
        totalUncertainty: null,
        leastGain: null,
        agreement: 0.99,
      },
    };
    expect(Policies.parse(policies)).toEqual(policies);
    expect(
      Policies.parse({ stop: { targetMetric: 0.97, labelBudget: 1000, agreement: 0.99 } }),
    ).toEqual(policies);
    for (const featuriser of [
      { kind: 'pixels', width: 28, height: 28, channels: 3 },
      { kind: 'table' },
      { kind: 'vector' },
      { kind: 'text', buckets: 2048 },
    ])
      expect(Featuriser.parse(featuriser)).toEqual(featuriser);
    const acquisition = { rule: 'batch-bald', beta: null, batchSize: 10 };
    expect(AcquisitionSpec.parse(acquisition)).toEqual(acquisition);
  });
});
