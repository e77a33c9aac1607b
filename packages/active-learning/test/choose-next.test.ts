import {
  createOnnxEngine,
  createPredictor,
  fitPosterior,
  lastLayerFeatures,
} from '@dubio/bayes-core';
import { LabelSchema } from '@dubio/contracts';
import type { AcquisitionRule } from '@dubio/contracts/catalogue';
import { rulesFor } from '@dubio/contracts/catalogue';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseNext } from '../src/learner/choose-next.js';
import { chooseQueue } from '../src/learner/choose-queue.js';
import type { Model, Pool } from '../src/learner/ports.js';
import { scoreRows } from '../src/learner/score-rows.js';

const POOL = 60;
const LABELLED = [60, 61, 62, 63, 64, 65, 66, 67];

/** Two features that wind around; item n of the project. */
const valuesOf = (n: number): number[] => [Math.sin(n), Math.cos(2.3 * n)];
const pool: Pool = {
  features: async (keys) => ({
    data: Float32Array.from([...keys].flatMap(valuesOf)),
    rows: keys.length,
    shape: [2],
  }),
};

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

const engine = createOnnxEngine({ threads: 1 });

async function modelOf(kind: keyof typeof MODELS) {
  const features = await pool.features(Int32Array.from(LABELLED));
  const { targets, output } = MODELS[kind];
  const posterior = await fitPosterior({
    engine,
    spec: {
      network: { preset: 'mlp-512', units: 8 },
      input: { shape: [2] },
      output,
      maxEpochs: 2,
    },
    train: { features, targets },
    seed: 0,
  });
  const predictor = await createPredictor({ engine, posterior, samples: 12 });
  const model: Model = {
    predictor: async () => predictor,
    predictorAfter: async () => predictor,
    lastLayer: (rows, options) => lastLayerFeatures({ engine, posterior }, rows, options),
  };
  return { model, predictor };
}

describe.each([
  ['class', rulesOf(side)],
  ['number', rulesOf(price)],
  ['choices', rulesOf(marks)],
  ['fields', rulesOf(side, price, marks)],
] as const)('the queue of a project that asks for %s', (kind, rules) => {
  let trained: Awaited<ReturnType<typeof modelOf>>;
  beforeAll(async () => {
    trained = await modelOf(kind);
  });
  afterAll(() => trained.predictor.dispose());
  const open = Int32Array.from({ length: POOL }, (_, n) => n);
  const requestOf = (rule: AcquisitionRule) => ({
    acquisition: { rule, beta: null, batchSize: 5 },
    queueSize: 30,
    seed: 1,
    labelled: LABELLED,
    pool,
    model: trained.model,
  });

  it.each(rules.map((rule) => [rule]))(
    'by %s begins with what is asked next, however much of it is read',
    async (rule: AcquisitionRule) => {
      const request = requestOf(rule);
      const next = async (batch: number) => [
        ...(await chooseNext({ ...request, open, batch })).queue.ordinal,
      ];
      const { predictor } = trained;
      const scored = await scoreRows({
        ...{ predictor, rule, keys: open, samples: 12, firstSamples: null },
        features: await pool.features(open),
      });
      const { queue } = await chooseQueue({
        ...request,
        ...{ controlShare: 0, activeTestShare: 0, expectedLosses: [], firstSamples: null },
        scores: scored.columns,
        gone: new Set(),
      });
      const whole = [...queue.ordinal];
      expect(new Set(whole).size).toBe(30);
      expect(await next(7)).toEqual(whole.slice(0, 7));
      expect(await next(1)).toEqual(whole.slice(0, 1));
    },
  );
});
