'use client';

import type { ReactNode } from 'react';
import { Button } from '@/components/ui/button';
import { Field, Input } from '@/components/ui/field';
import { Panel } from '@/components/ui/panel';
import type { Draft } from './drafts';
import './settings.css';
import { strings } from './strings';

/** A part of the settings with its own button: saved together or not at all. */
export function Section(props: {
  readonly id: string;
  readonly title: string;
  readonly meta?: ReactNode;
  readonly changed: boolean;
  readonly saving: boolean;
  readonly onSave: () => void;
  readonly onUndo: () => void;
  readonly children: ReactNode;
}) {
  return (
    <Panel id={props.id} title={props.title} meta={props.meta} className="set-section">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          props.onSave();
        }}
      >
        {props.children}
        <div className="row wrap set-foot">
          <Button type="submit" disabled={!props.changed} working={props.saving}>
            {strings.save}
          </Button>
          {props.changed ? (
            <Button kind="quiet" onClick={props.onUndo}>
              {strings.undo}
            </Button>
          ) : null}
        </div>
      </form>
    </Panel>
  );
}

/** One number of a draft. */
export function DraftField(props: {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly disabled?: boolean;
  readonly draft: Draft;
  readonly errors: Readonly<Record<string, string>>;
  readonly onChange: (draft: Draft) => void;
}) {
  const { name, label, hint, disabled, draft, errors, onChange } = props;
  return (
    <Field label={label} error={errors[name]} {...(hint === undefined ? {} : { hint })}>
      {(control) => (
        <Input
          {...control}
          className="num"
          inputMode="decimal"
          disabled={disabled}
          value={draft[name] ?? ''}
          onChange={(event) => onChange({ ...draft, [name]: event.target.value })}
        />
      )}
    </Field>
  );
}

/** Two values are the same when they are written the same. */
export const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
