import type { Entries, Field as FieldOfCatalogue, Fields } from '@dubio/contracts/catalogue';
import type { ReactNode } from 'react';
import { Field, Input } from '@/components/ui/field';
import { Select } from '@/components/ui/select';
import { Checkbox } from '@/components/ui/toggle';
import { type Form, pathOf } from './draft';
import { isOn, isPercent, writeFlag } from './field-text';

type Shared = {
  readonly form: Form;
  readonly disabled?: boolean | undefined;
  /** Said instead of the hint of the catalogue. */
  readonly hint?: ReactNode;
};

/** One field of the catalogue: a number, a list of sizes, a choice or a switch. */
export function CatalogueField({
  path,
  field,
  ...shared
}: Shared & { readonly path: string; readonly field: FieldOfCatalogue }) {
  const { hint = field.hint, ...rest } = shared;
  if (field.type === 'choice') {
    return (
      <ChoiceInput
        path={path}
        label={labelOf(field)}
        options={field.options}
        hint={hint}
        {...rest}
      />
    );
  }
  if (field.type === 'flag') {
    return (
      <div className="set-check">
        <FlagInput path={path} label={field.label} {...rest} />
        {hint === undefined ? null : <p className="cap">{hint}</p>}
      </div>
    );
  }
  return <TextInput path={path} label={labelOf(field)} hint={hint} {...rest} />;
}

/** "Patience, epochs" */
function labelOf(field: FieldOfCatalogue): string {
  const { label, unit = isPercent(field) ? '%' : undefined } = field;
  return unit === undefined ? label : `${label}, ${unit}`;
}

/** All fields of a group, under the part of the draft that they belong to. */
export function CatalogueFields(props: {
  readonly part: string;
  readonly fields: Fields;
  readonly form: Form;
}) {
  return Object.entries(props.fields).map(([name, field]) => (
    <CatalogueField key={name} path={pathOf(props.part, name)} field={field} form={props.form} />
  ));
}

/** Which of several kinds is chosen. */
export function KindSelect(props: {
  readonly path: string;
  readonly label: string;
  readonly kinds: Entries;
  readonly form: Form;
  readonly hint?: ReactNode;
}) {
  const { kinds, ...rest } = props;
  const options = Object.entries(kinds).map(([kind, entry]) => [kind, entry.label]);
  return <ChoiceInput options={Object.fromEntries(options)} {...rest} />;
}

/** The fields of the kind that is chosen. */
export function KindFields(props: {
  readonly part: string;
  readonly chosen: string | undefined;
  readonly kinds: Entries;
  readonly form: Form;
}) {
  const { part, chosen, kinds, form } = props;
  const fields = kinds[chosen ?? '']?.fields ?? {};
  return <CatalogueFields part={part} fields={fields} form={form} />;
}

type InputProps = Shared & { readonly path: string; readonly label: string };

/**
 * A number or a list, as text: what a value is, the reader of the draft decides, and no browser.
 */
export function TextInput({ path, label, hint, disabled, form }: InputProps) {
  const { draft, errors, onChange } = form;
  return (
    <Field label={label} error={errors[path]} {...(hint === undefined ? {} : { hint })}>
      {(control) => (
        <Input
          {...control}
          className="num"
          inputMode="decimal"
          disabled={disabled}
          value={draft[path] ?? ''}
          onChange={(event) => onChange({ ...draft, [path]: event.target.value })}
        />
      )}
    </Field>
  );
}

function ChoiceInput(props: InputProps & { readonly options: Readonly<Record<string, string>> }) {
  const { path, label, hint, form, options } = props;
  const { draft, errors, onChange } = form;
  return (
    <Field label={label} error={errors[path]} {...(hint === undefined ? {} : { hint })}>
      {(control) => (
        <Select
          {...control}
          value={draft[path]}
          onChange={(value) => onChange({ ...draft, [path]: value })}
          options={Object.entries(options).map(([value, words]) => ({ value, label: words }))}
        />
      )}
    </Field>
  );
}

/** A switch with its words beside it. */
export function FlagInput({ path, label, disabled, form }: Omit<InputProps, 'hint'>) {
  const { draft, onChange } = form;
  return (
    <Checkbox
      checked={isOn(draft[path])}
      {...(disabled === undefined ? {} : { disabled })}
      onChange={(on) => onChange({ ...draft, [path]: writeFlag(on) })}
    >
      {label}
    </Checkbox>
  );
}
