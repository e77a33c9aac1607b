import { LEARNING, PARTITION, POSTERIORS, posteriorCan } from '@dubio/contracts/catalogue';
import { posteriorOf } from './drafts/model-draft';
import {
  CatalogueField,
  CatalogueFields,
  FlagInput,
  KindFields,
  KindSelect,
} from './form/catalogue-field';
import type { Form } from './form/draft';
import { isOn } from './form/field-text';
import { strings } from './strings';

type PartProps = { readonly form: Form };

/** How the weights are uncertain. */
export function PosteriorSelect({ form }: PartProps) {
  return (
    <KindSelect
      path="posterior.kind"
      label={strings.model.posterior}
      kinds={POSTERIORS}
      form={form}
    />
  );
}

/** What there is to set about the chosen posterior. */
export function PosteriorFields({ form }: PartProps) {
  const chosen = form.draft['posterior.kind'];
  return <KindFields part="posterior" chosen={chosen} kinds={POSTERIORS} form={form} />;
}

/** How rounds of a posterior that can do it learn apart, and one after another. */
export function PartitionFields({ form }: PartProps) {
  const { partitions, streams } = posteriorCan(posteriorOf(form.draft));
  const { partitioned, streaming } = LEARNING;
  return (
    <>
      {partitions ? (
        <div className="set-check">
          <FlagInput path="partitioned" label={partitioned.label} form={form} />
        </div>
      ) : null}
      {partitions && isOn(form.draft.partitioned) ? (
        <CatalogueFields part="partitioned" fields={PARTITION} form={form} />
      ) : null}
      {streams ? <CatalogueField path="streaming" field={streaming} form={form} /> : null}
    </>
  );
}
