import { Field } from '@/components/ui/field';
import { Select } from '@/components/ui/select';
import type { Draft, ModelKinds } from './drafts';
import { DraftField } from './section';
import { strings } from './strings';

type FieldProps = {
  readonly draft: Draft;
  readonly errors: Readonly<Record<string, string>>;
  readonly onChange: (draft: Draft) => void;
};

/** What there is to set about the chosen posterior. */
export function PosteriorFields(props: {
  readonly kinds: ModelKinds;
  readonly onChange: (kinds: ModelKinds) => void;
  readonly field: FieldProps;
}) {
  const { kinds, onChange, field } = props;
  const words = strings.model;
  switch (kinds.posterior) {
    case 'mc-dropout':
      return <DraftField name="rate" label={words.rate} {...field} />;
    case 'ensemble':
      return <DraftField name="members" label={words.members} {...field} />;
    case 'concrete-dropout':
      return (
        <>
          <DraftField name="initialRate" label={words.initialRate} {...field} />
          <DraftField name="lengthScale" label={words.lengthScale} {...field} />
        </>
      );
    case 'mean-field':
      return (
        <>
          <Field label={words.estimator}>
            {(control) => (
              <Select
                {...control}
                value={kinds.estimator}
                onChange={(estimator) => onChange({ ...kinds, estimator })}
                options={ESTIMATORS.map((value) => ({ value, label: words.estimators[value] }))}
              />
            )}
          </Field>
          <DraftField name="priorDeviation" label={words.priorDeviation} {...field} />
          <DivergenceFields {...field} />
        </>
      );
    case 'group-normal-jeffreys':
      return <DivergenceFields {...field} />;
    case 'group-horseshoe':
      return (
        <>
          <DivergenceFields {...field} />
          <DraftField name="globalScale" label={words.globalScale} {...field} />
        </>
      );
    case 'swag':
      return <DraftField name="gatheredEpochs" label={words.gatheredEpochs} {...field} />;
    case 'laplace-last-layer':
      return (
        <Field label={words.curvature}>
          {(control) => (
            <Select
              {...control}
              value={kinds.curvature}
              onChange={(curvature) => onChange({ ...kinds, curvature })}
              options={CURVATURES.map((value) => ({ value, label: words.curvatures[value] }))}
            />
          )}
        </Field>
      );
    case 'point':
      return null;
  }
}

/** How much of the prior counts, and from when on. */
function DivergenceFields(field: FieldProps) {
  const words = strings.model;
  return (
    <>
      <DraftField name="klScale" label={words.klScale} hint={words.klScaleHint} {...field} />
      <DraftField name="klWarmUpEpochs" label={words.warmUp} hint={words.warmUpHint} {...field} />
    </>
  );
}

const ESTIMATORS = ['local-reparameterisation', 'weight-sampling', 'flipout'] as const;
const CURVATURES = ['kronecker', 'full'] as const;
