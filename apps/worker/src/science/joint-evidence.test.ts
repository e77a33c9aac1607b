import {
  type AcquisitionRule,
  getRule,
  poolUncertainty,
  rankPool,
  scoreItems,
} from '@dubio/active-learning';
import {
  createPredictor,
  type FeatureMatrix,
  type FittedPosterior,
  fitPosterior,
  type Predictor,
} from '@dubio/bayes-core';
import { LabelSchema, rulesFor } from '@dubio/contracts';
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

const CLASSES = { kind: 'class', values: Int32Array.from(LABELLED, (n) => n % 3) } as const;
const NUMBERS = {
  kind: 'number',
  values: Float64Array.from(LABELLED, (n) => Math.sin(n)),
} as const;
const MARKS = {
  kind: 'choices',
  values: Uint8Array.from(LABELLED.flatMap((n) => [n % 2, n % 3 === 0 ? 1 : 0])),
} as const;
const MODELS = {
  class: { targets: CLASSES, output: { kind: 'class', classes: 3 } },
  number: { targets: NUMBERS, output: { kind: 'number' } },
  choices: { targets: MARKS, output: { kind: 'choices', choices: 2 } },
  fields: {
    targets: { kind: 'fields', fields: [CLASSES, NUMBERS, MARKS] },
    output: {
      kind: 'fields',
      fields: [
        { name: 'side', output: { kind: 'class', classes: 3 } },
        { name: 'price', output: { kind: 'number' } },
        { name: 'marks', output: { kind: 'choices', choices: 2 } },
      ],
    },
  },
} as const;

const choices = [{ value: 'a' }, { value: 'b' }];
const side = { kind: 'choice', name: 'side', question: 'Which?', choices } as const;
const price = { kind: 'number', name: 'price', question: 'How much?' } as const;
const marks = { kind: 'choices', name: 'marks', question: 'What?', choices } as const;
const rulesOf = (...fields: object[]) => rulesFor(LabelSchema.parse({ fields }));

async function modelOf(kind: keyof typeof MODELS) {
  const features = await gather(Int32Array.from(LABELLED));
  const { targets, output } = MODELS[kind];
  const posterior = await fitPosterior({
    engine: await engineOf(settings),
    spec: {
      network: { preset: 'mlp-512', units: 8 },
      input: { shape: [2] },
      output,
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
  ['class', rulesOf(side)],
  ['number', rulesOf(price)],
  ['choices', rulesOf(marks)],
  ['fields', rulesOf(side, price, marks)],
] as const)('the queue of a project that asks for %s', (kind, rules) => {
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
