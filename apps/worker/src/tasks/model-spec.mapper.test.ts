import { completeSpec } from '@dubio/bayes-core';
import { ModelSpec, Posterior } from '@dubio/contracts';
import { describe, expect, it } from 'vitest';
import { toCoreSpec } from './model-spec.mapper.js';

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
