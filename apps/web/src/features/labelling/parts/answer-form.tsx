'use client';

import { type FormEvent, type KeyboardEvent, useId } from 'react';
import { Button } from '@/components/ui/button';
import { Input } from '@/components/ui/field';
import { isChosen } from '../draft-answer';
import type { AskedField } from '../field';
import styles from '../label.module.css';
import type { Draft } from '../session/use-draft';
import { strings } from '../strings';

/** Several fields, or several choices: keys choose, Enter confirms all of them at once. */
export function AnswerForm({ fields, draft }: { fields: readonly AskedField[]; draft: Draft }) {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    draft.confirm();
  };
  return (
    <form className={styles.form} onSubmit={submit} noValidate>
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

/** A field with its question, and what is still missing. One field alone has its question above the form. */
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
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a form's looks and a legend
    <div
      role="group"
      aria-label={field.question}
      {...(problem === null ? {} : { 'aria-describedby': id })}
    >
      {titled && <h2 className={styles.fieldask}>{field.question}</h2>}
      {field.kind === 'number' ? (
        <div className={styles.number}>
          <Input
            inputMode="decimal"
            autoComplete="off"
            aria-label={field.question}
            {...(problem === null ? {} : { 'aria-invalid': true as const, 'aria-describedby': id })}
            value={textOf(draft, field)}
            onChange={(event) => draft.type(field, event.target.value)}
            onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
          />
          {field.unit !== null && <span className={styles.unit}>{field.unit}</span>}
        </div>
      ) : (
        <Toggles field={field} draft={draft} />
      )}
      {problem !== null && (
        <p className="err" id={id} role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

function Toggles({
  field,
  draft,
}: {
  field: Extract<AskedField, { kind: 'choice' | 'choices' }>;
  draft: Draft;
}) {
  // Space chooses what has the focus; Enter confirms, wherever it is.
  const onKeyDown = (event: KeyboardEvent<HTMLButtonElement>) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    event.currentTarget.form?.requestSubmit();
  };
  return (
    <div className={styles.choices} data-words>
      {field.choices.map((choice) => (
        <button
          key={choice.value}
          type="button"
          className={styles.choice}
          aria-keyshortcuts={choice.key ?? undefined}
          aria-pressed={isChosen(draft.draft, field, choice.value)}
          onClick={() => draft.choose(field, choice.value)}
          onKeyDown={onKeyDown}
        >
          <span className={styles.cn}>{choice.name}</span>
          {choice.key !== null && <kbd>{choice.key}</kbd>}
        </button>
      ))}
    </div>
  );
}

function textOf({ draft }: Draft, field: AskedField): string {
  const said = draft[field.name];
  return typeof said === 'string' ? said : '';
}
