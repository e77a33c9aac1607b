import {
  type AcquisitionRule,
  createPredictor,
  type FeatureMatrix,
  type FittedPosterior,
  fitPosterior,
  getRule,
  type Predictor,
  poolUncertainty,
  rankPool,
  scoreItems,
} from '@dubio/bayes-core';
import { CLASS_RULES, NUMBER_RULES } from '@dubio/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineOf } from './engine.js';
import { jointEvidence, jointSize } from './joint-evidence.js';

const settings = { engine: 'onnx', device: 'cpu', engineThreads: 1 } as Parameters<
  typeof jointEvidence
>[0]['settings'];
const POOL = 60;
const LABELLED = [60, 61, 62, 63, 64, 65, 66, 67];

/** Two features that wind around; item n of the project. */
const valuesOf = (n: number): number[] => [Math.sin(n), Math.cos(2.3 * n)];
const gather = async (ordinals: Int32Array): Promise<FeatureMatrix> => ({
  data: Float32Array.from([...ordinals].flatMap(valuesOf)),
  rows: ordinals.length,
  shape: [2],
});

async function modelOf(kind: 'class' | 'number') {
  const features = await gather(Int32Array.from(LABELLED));
  const targets =
    kind === 'class'
      ? ({ kind, values: Int32Array.from(LABELLED, (n) => n % 3) } as const)
      : ({ kind, values: Float64Array.from(LABELLED, (n) => Math.sin(n)) } as const);
  const posterior = await fitPosterior({
    engine: await engineOf(settings),
    spec: {
      network: { preset: 'mlp-512', units: 8 },
      input: { shape: [2] },
      output: kind === 'class' ? { kind, classes: 3 } : { kind },
      maxEpochs: 2,
    },
    train: { features, targets },
    seed: 0,
  });
  const predictor = await createPredictor({
    engine: await engineOf(settings),
    posterior,
    samples: 12,
  });
  return { posterior, predictor };
}

describe.each([
  ['class', CLASS_RULES],
  ['number', NUMBER_RULES],
] as const)('the queue of a project that asks for a %s', (kind, rules) => {
  let model: { posterior: FittedPosterior; predictor: Predictor };
  beforeAll(async () => {
    model = await modelOf(kind);
  });
  afterAll(() => model.predictor.dispose());

  it.each(rules.map((rule) => [rule]))('can be ordered by %s', async (rule: AcquisitionRule) => {
    const ordinals_N = Int32Array.from({ length: POOL }, (_, n) => n);
    const moments = await model.predictor.moments(await gather(ordinals_N));
    const scores_N = scoreItems(rule, poolUncertainty(moments));
    const base = { rule, seed: 1, batchSize: jointSize(rule, 5, 20), scores_N };
    const evidence = await jointEvidence({
      ...base,
      ordinals_N,
      labelled: LABELLED,
      settings,
      signal: new AbortController().signal,
      gather,
      predictor: async () => model.predictor,
      posterior: async () => model.posterior,
    });
    const ranked = rankPool({ ...base, ...evidence, queueSize: 20, keys_N: ordinals_N });
    expect(new Set(ranked.indices).size).toBe(20);
    const picksTogether = getRule(rule).ordering === 'joint';
    expect(ranked.joint).toBe(picksTogether ? base.batchSize : 0);
  });
});
