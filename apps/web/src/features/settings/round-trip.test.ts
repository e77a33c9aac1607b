import {
  AcquisitionSpec,
  type LabelField,
  ModelSpec,
  Network,
  Noise,
  Optimiser,
  Partitioned,
  Policies,
  Posterior,
} from '@dubio/contracts';
import { fitProblems, namesOf, POSTERIORS, setApartProblem } from '@dubio/contracts/catalogue';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { schemaArbitrary } from '../../../test/support/schema-arbitrary';
import { acquisitionDraft, readAcquisition } from './drafts/acquisition-draft';
import { modelDraft, readModel } from './drafts/model-draft';
import {
  policiesDraft,
  readPolicies,
  readStop,
  stopDraft,
  stopFields,
} from './drafts/policies-draft';

/** Any whole number; properties are tried on the same values in every run. */
fc.configureGlobal({ seed: 20_190_615 });

type Asked = readonly Pick<LabelField, 'kind'>[];
const ASKED: readonly Asked[] = [
  [{ kind: 'choice' }],
  [{ kind: 'number' }],
  [{ kind: 'choices' }],
  [{ kind: 'choice' }, { kind: 'number' }],
];

/** What the form gives back of settings that nobody has touched. */
function expectKept(spec: ModelSpec, asked: Asked) {
  expect(readModel(modelDraft(spec), asked)).toEqual({ ok: true, value: spec });
}

/** Model settings with one posterior, as far as the API reads them. */
const specs = (kind: Posterior['kind']): fc.Arbitrary<ModelSpec> => {
  const posterior = schemaArbitrary(
    Posterior.options.find((each) => each.shape.kind.value === kind)!,
  );
  return fc
    .record({ spec: schemaArbitrary(ModelSpec), posterior })
    .map(({ spec, posterior }) => ModelSpec.safeParse({ ...spec, posterior }))
    .filter((read) => read.success)
    .map((read) => read.data!);
};

describe('settings that the API takes are shown and saved unchanged', () => {
  it.each(namesOf(POSTERIORS))('whatever the model is, with %s', (kind) => {
    const { fits } = POSTERIORS[kind].can;
    const asked = fc.constantFrom(...(fits === 'everything' ? ASKED : ASKED.slice(0, 2)));
    const settings = fc
      .record({ fields: asked, spec: specs(kind) })
      .filter(({ spec, fields }) => fitProblems(spec, fields).length === 0);
    fc.assert(fc.property(settings, ({ spec, fields }) => expectKept(spec, fields)));
  });

  it.each([
    ['network', Network],
    ['optimiser', Optimiser],
    ['noise', Noise],
  ] as const)('whatever its %s is', (part, schema) => {
    fc.assert(
      fc.property(schemaArbitrary(schema), (value) =>
        expectKept(ModelSpec.parse({ [part]: value }), [{ kind: 'choices' }]),
      ),
    );
  });

  it('however its labels are dealt', () => {
    fc.assert(
      fc.property(schemaArbitrary(Partitioned), fc.boolean(), (partitioned, streaming) => {
        const posterior = { kind: 'mean-field' } as const;
        expectKept(ModelSpec.parse({ posterior, partitioned, streaming }), [{ kind: 'choice' }]);
      }),
    );
  });

  it('whatever its policies and stop rules are, for an accuracy and for an RMSE', () => {
    const taken = schemaArbitrary(Policies).filter(
      (policies) => setApartProblem(policies) === null,
    );
    fc.assert(
      fc.property(taken, fc.boolean(), ({ stop, ...policies }, isAccuracy) => {
        expect(readPolicies(policiesDraft(policies))).toEqual({ ok: true, value: policies });
        const fields = stopFields(isAccuracy, 'nats');
        expect(readStop(fields, stopDraft(fields, stop))).toEqual({ ok: true, value: stop });
      }),
      { numRuns: 500 },
    );
  });

  it('whatever its rule is', () => {
    fc.assert(
      fc.property(schemaArbitrary(AcquisitionSpec), (spec) => {
        expect(readAcquisition(acquisitionDraft(spec), spec.rule, spec)).toEqual({
          ok: true,
          value: spec,
        });
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    { posterior: { kind: 'mc-dropout', rate: 0.005 } },
    { posterior: { kind: 'mc-dropout', rate: 0.999 } },
    { posterior: { kind: 'concrete-dropout', initialRate: 0.001, lengthScale: 1e-12 } },
    { posterior: { kind: 'mean-field', priorDeviation: 1e-7, klScale: 1e-12 } },
    { posterior: { kind: 'group-horseshoe', globalScale: 1e-10 } },
    { posterior: { kind: 'mean-field' }, partitioned: { damping: 0.0005 } },
    { optimiser: { kind: 'sgd', momentum: 0.9995 } },
    { optimiser: { kind: 'adam', learningRate: 1e-10, weightDecay: 0.1 + 0.2 } },
  ] as const)('as those that the page used to refuse: %j', (settings) => {
    expectKept(ModelSpec.parse(settings), [{ kind: 'choice' }]);
  });

  it.each([
    { agreement: 0.3 },
    { targetMetric: 0.005 },
    { targetMetric: -2 },
    { leastGain: 1e-6 },
    { epistemicNats: 250, totalUncertainty: 1e12, labelBudget: 5_000_000_000 },
  ])('and stop rules: %j', (parts) => {
    const { stop } = Policies.parse({ stop: parts });
    for (const isAccuracy of [true, false]) {
      const fields = stopFields(isAccuracy, 'nats');
      expect(readStop(fields, stopDraft(fields, stop))).toEqual({ ok: true, value: stop });
    }
  });
});
