import {
  completeSpec,
  isCompressible,
  momentProblem,
  type PosteriorSpec,
  type PresetName,
} from '@dubio/bayes-core';
import { ModelSpec } from '@dubio/contracts';
import {
  type NetworkPreset,
  namesOf,
  POSTERIORS,
  type PosteriorKind,
  posteriorCan,
  posteriorsThat,
} from '@dubio/contracts/catalogue';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { toCoreSpec } from './model-spec.mapper.js';

describe('posteriors of the catalogue', () => {
  const number = { name: 'price', kind: 'number' as const, classes: [] };
  const choice = { name: 'digit', kind: 'class' as const, classes: ['a', 'b'] };
  const choices = { name: 'marks', kind: 'choices' as const, classes: ['a', 'b'] };
  const coreOf = (kind: PosteriorKind, asked: Parameters<typeof toCoreSpec>[2], noise = {}) =>
    toCoreSpec(ModelSpec.parse({ posterior: { kind }, noise }), [6], asked);

  it('and networks are those of the numerics, both ways', () => {
    expectTypeOf<PosteriorKind>().toEqualTypeOf<PosteriorSpec['kind']>();
    // Dense layers of one's own sizes have no preset; the smallest preset is for tests.
    type Preset = Exclude<PresetName, 'small-mlp'>;
    expectTypeOf<Exclude<NetworkPreset, 'mlp'>>().toEqualTypeOf<Preset>();
  });

  it.each(namesOf(POSTERIORS))('say of %s what the numerics can do with it', (kind) => {
    const can = posteriorCan(kind);
    const spec = completeSpec(coreOf(kind, [number]));
    expect(isCompressible(spec.posterior)).toBe(can.compresses);
    expect(momentProblem(spec) === null).toBe(can.onePass);
    const decayed = { ...spec, optimiser: { ...spec.optimiser, weightDecay: 0.1 } };
    const complete = () => completeSpec(decayed);
    if (can.priorInLoss) expect(complete).toThrow(/weightDecay/);
    else expect(complete).not.toThrow();
  });

  it.each(namesOf(POSTERIORS))('say of %s what it fits', (kind) => {
    const { fits } = posteriorCan(kind);
    const noisy = { numbers: 'per-item', logits: true };
    for (const plain of [[number], [choice]]) {
      expect(() => completeSpec(coreOf(kind, plain))).not.toThrow();
    }
    const others = [
      coreOf(kind, [choices]),
      coreOf(kind, [choice, number]),
      coreOf(kind, [choice], noisy),
      coreOf(kind, [number], noisy),
    ];
    for (const other of others) {
      if (fits === 'everything') expect(() => completeSpec(other)).not.toThrow();
      else expect(() => completeSpec(other)).toThrow(/posterior.kind/);
    }
  });

  it('learn in shards and from round to round by mean field alone, as the numerics do', () => {
    expect(posteriorsThat('partitions')).toEqual(['mean-field']);
    expect(posteriorsThat('streams')).toEqual(['mean-field']);
  });
});
