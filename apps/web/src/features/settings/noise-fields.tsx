import type { LabelField } from '@dubio/contracts';
import { Field } from '@/components/ui/field';
import { Select } from '@/components/ui/select';
import { Checkbox } from '@/components/ui/toggle';
import type { ModelKinds } from './drafts';
import { strings } from './strings';

type NoiseProps = {
  readonly kinds: ModelKinds;
  readonly onChange: (kinds: ModelKinds) => void;
  readonly fields: readonly LabelField[];
};

const NUMBER_NOISES = ['shared', 'per-item'] as const;

/** Which noise in the data the network learns, as far as what is asked has such noise. */
export function NoiseFields({ kinds, onChange, fields }: NoiseProps) {
  const words = strings.model;
  const { noise } = kinds;
  const asks = (kind: LabelField['kind']) => fields.some((field) => field.kind === kind);
  return (
    <>
      {asks('number') ? (
        <Field label={words.noise}>
          {(control) => (
            <Select
              {...control}
              value={noise.numbers}
              onChange={(numbers) => onChange({ ...kinds, noise: { ...noise, numbers } })}
              options={NUMBER_NOISES.map((value) => ({ value, label: words.noises[value] }))}
            />
          )}
        </Field>
      ) : null}
      {asks('choice') ? (
        <div className="set-check">
          <Checkbox
            checked={noise.logits}
            onChange={(logits) => onChange({ ...kinds, noise: { ...noise, logits } })}
          >
            {words.logitNoise}
          </Checkbox>
        </div>
      ) : null}
    </>
  );
}
