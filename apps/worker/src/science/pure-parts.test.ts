import { RULES_BY_CHANCE } from '@dubio/active-learning';
import { completeSpec } from '@dubio/bayes-core';
import { CHANCE_RULES, ModelSpec, Posterior } from '@dubio/contracts';
import { describe, expect, it } from 'vitest';
import { toCoreSpec } from './model-spec.mapper.js';
import { histogramOf, quantilesOf } from './pool-figures.js';
import { interleave } from './queue-order.js';
import { joinScores, readScores, type ScoreColumns, writeScores } from './score-columns.js';

it('contracts and numerics agree on the rules that draw by chance', () => {
  expect(CHANCE_RULES.toSorted()).toEqual(RULES_BY_CHANCE.toSorted());
});

describe('toCoreSpec', () => {
  const values = Array.from({ length: 10 }, (_, i) => `${i}`);
  const classes = [{ name: 'digit', kind: 'class' as const, classes: values }];
  const number = { name: 'price', kind: 'number' as const, classes: [] };

  it('gives every network a project can choose a spec that the numerics accept', () => {
    const networks = [
      { preset: 'mlp', hidden: [32, 16], activation: 'tanh' },
      { preset: 'mlp-512' },
      { preset: 'batchbald-conv' },
      { preset: 'gal-conv' },
    ] as const;
    for (const network of networks) {
      for (const posterior of [
        { kind: 'mc-dropout', rate: 0.3 },
        { kind: 'ensemble', members: 3 },
        { kind: 'point' },
      ] as const) {
        const spec = ModelSpec.parse({ network, posterior });
        const core = completeSpec(toCoreSpec(spec, [1, 28, 28], classes));
        expect(core.posterior).toEqual(posterior);
        expect(core).toMatchObject({ batchSize: 64, maxEpochs: 100, patience: 10 });
      }
      for (const { shape } of Posterior.options) {
        const { kind } = ModelSpec.parse({ posterior: { kind: shape.kind.value } }).posterior;
        const spec = ModelSpec.parse({ network, posterior: { kind } });
        const core = completeSpec(toCoreSpec(spec, [1, 28, 28], classes));
        expect(core.posterior.kind).toBe(kind);
      }
    }
    const uci = ModelSpec.parse({
      network: { preset: 'uci-50' },
      optimiser: { kind: 'sgd', learningRate: 0.1, momentum: 0.5, weightDecay: 0 },
    });
    expect(completeSpec(toCoreSpec(uci, [13], [number])).optimiser).toEqual({
      kind: 'sgd',
      learningRate: 0.1,
      momentum: 0.5,
      weightDecay: 0,
    });
  });

  it('gives one output, or one for each field, with the noise that the project chose', () => {
    const marks = { name: 'marks', kind: 'choices' as const, classes: ['x', 'y'] };
    const outputOf = (noise: object, asked: Parameters<typeof toCoreSpec>[2]) =>
      completeSpec(toCoreSpec(ModelSpec.parse({ noise }), [13], asked)).output;
    expect(outputOf({}, [number])).toEqual({ kind: 'number' });
    expect(outputOf({}, [marks])).toEqual({ kind: 'choices', choices: 2 });
    expect(outputOf({ numbers: 'per-item', logits: true }, [...classes, number])).toEqual({
      kind: 'fields',
      fields: [
        { name: 'digit', output: { kind: 'class', classes: 10, logitNoise: { draws: 32 } } },
        { name: 'price', output: { kind: 'number', noise: 'per-item', betaNll: 0.5 } },
      ],
    });
  });
});

describe('interleave', () => {
  it('spreads random items evenly and keeps the order of the others', () => {
    const wanted = Array.from({ length: 18 }, (_, i) => i);
    const order = interleave(wanted, [100, 101]);
    expect(order.flatMap((item, i) => (item >= 100 ? [[item, i]] : []))).toEqual([
      [100, 5],
      [101, 15],
    ]);
    expect(order.filter((item) => item < 100)).toEqual(wanted);
  });

  it('works with none or nothing but random items', () => {
    expect(interleave([1, 2], [])).toHaveLength(2);
    expect(interleave([], [1, 2, 3])).toEqual([1, 2, 3]);
    expect(interleave([], [])).toEqual([]);
  });
});

describe('figures of a pool', () => {
  it('counts every value once, the greatest in the last bin', () => {
    const histogram = histogramOf(Float32Array.of(0, 0.5, 1, 2), 2);
    expect(histogram?.counts.reduce((a, b) => a + b, 0)).toBe(4);
    expect(histogram?.counts.at(-1)).toBe(1);
    expect(histogram?.edges.at(-1)).toBe(2);
    expect(histogramOf(new Float32Array(0), null)).toBeNull();
  });

  it('gives the share of values that are less, equal values the same', () => {
    expect([...quantilesOf(Float32Array.of(3, 1, 1, 2))]).toEqual([0.75, 0, 0, 0.5]);
  });
});

describe('score columns', () => {
  const columns = (from: number, rows: number): ScoreColumns => {
    const floats = () => Float32Array.from({ length: rows }, (_, i) => from + i / 2);
    return {
      ordinal: Int32Array.from({ length: rows }, (_, i) => from + i),
      total: floats(),
      aleatoric: floats(),
      epistemic: floats(),
      score: floats(),
      firstLook: null,
      mean: floats(),
      predicted: new Int32Array(rows).fill(1),
      votes: new Int32Array(rows * 2).fill(from),
      classes: 2,
    };
  };

  it('come back as they were written, and join in order', () => {
    expect(readScores(writeScores(columns(3, 4)))).toEqual(columns(3, 4));
    const joined = joinScores([columns(0, 2), columns(2, 3)]);
    expect([...joined.ordinal]).toEqual([0, 1, 2, 3, 4]);
    expect([...joined.votes]).toEqual([0, 0, 0, 0, 2, 2, 2, 2, 2, 2]);
    expect(joined.firstLook).toBeNull();
  });

  it('keep the errors of a first look', () => {
    const firstLook = {
      scoreError: Float32Array.of(1, 2, 3),
      meanProbs: Float32Array.of(0.25, 0.75, 0.5, 0.5, 1, 0),
    };
    const estimated = { ...columns(1, 3), firstLook };
    expect(readScores(writeScores(estimated))).toEqual(estimated);
    const joined = joinScores([estimated, estimated]).firstLook!;
    expect([...joined.scoreError]).toEqual([1, 2, 3, 1, 2, 3]);
    expect([...joined.meanProbs]).toEqual([...firstLook.meanProbs, ...firstLook.meanProbs]);
  });

  it('say which column is missing', () => {
    const bytes = writeScores(columns(0, 1));
    const text = Buffer.from(bytes).toString('latin1').replace('"votes"', '"goats"');
    expect(() => readScores(Buffer.from(text, 'latin1'))).toThrow(/no column "votes"/);
  });
});
