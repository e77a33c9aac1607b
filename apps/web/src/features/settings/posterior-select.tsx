import { Field } from '@/components/ui/field';
import { Select } from '@/components/ui/select';
import type { ModelKinds } from './drafts';
import { strings } from './strings';

/** How the weights are uncertain. */
export function PosteriorSelect(props: {
  readonly kinds: ModelKinds;
  readonly onChange: (kinds: ModelKinds) => void;
  /** Why the posterior does not fit. */
  readonly problem: string | undefined;
}) {
  const { kinds, onChange, problem } = props;
  const words = strings.model;
  return (
    <Field label={words.posterior} error={problem}>
      {(control) => (
        <Select
          {...control}
          value={kinds.posterior}
          onChange={(posterior) => onChange({ ...kinds, posterior })}
          options={POSTERIORS.map((value) => ({ value, label: words.posteriors[value] }))}
        />
      )}
    </Field>
  );
}

const POSTERIORS = [
  'mc-dropout',
  'concrete-dropout',
  'ensemble',
  'mean-field',
  'swag',
  'laplace-last-layer',
  'group-normal-jeffreys',
  'group-horseshoe',
  'point',
] as const;
