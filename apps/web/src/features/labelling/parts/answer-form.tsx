'use client';

import { type FormEvent, type KeyboardEvent, useEffect, useId, useRef } from 'react';
import { Icon } from '@/components/icons/icon';
import { Button } from '@/components/ui/button';
import { Input } from '@/components/ui/field';
import { isChosen } from '../draft-answer';
import type { AskedField } from '../field';
import styles from '../label.module.css';
import type { Draft } from '../session/use-draft';
import { strings } from '../strings';
import { ChoiceButton } from './choices';

/** A number, several choices or several fields: keys choose, Enter confirms all of them at once. */
export function AnswerForm({
  fields,
  itemId,
  draft,
}: {
  fields: readonly AskedField[];
  itemId: string;
  draft: Draft;
}) {
  const form = useFirstFocus(fields, itemId, draft);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    draft.confirm();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter') return;
    const onChoice = event.target instanceof Element && event.target.hasAttribute('aria-pressed');
    // A key held down would answer one item after another.
    if (event.repeat || onChoice) event.preventDefault();
    // Space chooses what has the focus; Enter confirms, wherever it is.
    if (onChoice && !event.repeat) draft.confirm();
  };
  return (
    <form
      ref={form}
      className={styles.form}
      data-alone={fields.length === 1 ? fields[0]?.kind : undefined}
      tabIndex={-1}
      onSubmit={submit}
      onKeyDown={onKeyDown}
      noValidate
    >
      {fields.map((field) => (
        <FieldGroup key={field.name} field={field} draft={draft} titled={fields.length > 1} />
      ))}
      <div className={styles.confirm}>
        <Button type="submit" kind="primary">
          {strings.actions.save}
          <kbd>↵</kbd>
        </Button>
      </div>
    </form>
  );
}

/**
 * For each new item a number that comes first takes the keys; otherwise no field holds them back
 * from choices.
 */
function useFirstFocus(fields: readonly AskedField[], itemId: string, draft: Draft) {
  const form = useRef<HTMLFormElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each item
  useEffect(() => {
    const [first] = fields;
    if (first?.kind === 'number') draft.leadTo(first.name);
    else if (form.current?.contains(document.activeElement))
      form.current.focus({ preventScroll: true });
  }, [itemId]);
  return form;
}

/**
 * A field with its question, and what is still missing. One field alone has its question above the
 * form.
 */
function FieldGroup({
  field,
  draft,
  titled,
}: {
  field: AskedField;
  draft: Draft;
  titled: boolean;
}) {
  const id = useId();
  const problem = draft.problem?.field === field.name ? draft.problem.problem : null;
  const described = problem === null ? {} : { 'aria-describedby': `${id}-problem` };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a form's looks and a legend
    <div
      className="field"
      role="group"
      {...(titled ? { 'aria-labelledby': id } : { 'aria-label': field.question })}
      {...described}
    >
      {titled && (
        <h2 className={styles.fieldask} id={id}>
          {field.question}
        </h2>
      )}
      {field.kind === 'choices' && <p className="xs t3">{strings.fields.any}</p>}
      {field.kind === 'number' ? (
        <div className={styles.number}>
          <Input
            ref={draft.place(field)}
            inputMode="decimal"
            autoComplete="off"
            aria-label={field.question}
            {...(problem === null ? {} : { 'aria-invalid': true as const })}
            {...described}
            value={textOf(draft, field)}
            onChange={(event) => draft.type(field, event.target.value)}
            onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
          />
          {field.unit !== null && <span className={styles.unit}>{field.unit}</span>}
        </div>
      ) : (
        <div className={styles.choices} data-words>
          {field.choices.map((choice, place) => (
            <ChoiceButton
              key={choice.value}
              choice={choice}
              {...(place === 0 ? { ref: draft.place(field) } : {})}
              aria-pressed={isChosen(draft.draft, field, choice.value)}
              onClick={() => draft.choose(field, choice.value)}
            />
          ))}
        </div>
      )}
      {problem !== null && (
        <p className="err" id={`${id}-problem`} role="alert">
          <Icon name="warning" />
          {problem}
        </p>
      )}
    </div>
  );
}

function textOf({ draft }: Draft, field: AskedField): string {
  const said = draft[field.name];
  return typeof said === 'string' ? said : '';
}
