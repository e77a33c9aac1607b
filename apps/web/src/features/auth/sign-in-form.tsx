'use client';

import { type FormEvent, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Field, Input } from '@/components/ui/field';
import { describeError, type ResponseOf } from '@/lib/api/client';
import { strings } from './strings';

/** Says what the link is for and asks for the name it needs. */
export function SignInForm({
  inspected,
  error,
  working,
  onSubmit,
}: {
  inspected: ResponseOf<'POST /auth/inspect-link'>;
  error: unknown;
  working: boolean;
  onSubmit: (name: string | undefined) => void;
}) {
  const [name, setName] = useState('');
  const [missing, setMissing] = useState(false);
  const { workspaceName, role, needsName } = inspected;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (working) return;
    const given = name.trim();
    if (needsName && given === '') setMissing(true);
    else onSubmit(needsName ? given : undefined);
  };
  const problem = error === null ? null : describeError(error);

  return (
    <form className="panel grid gap-4" onSubmit={submit} noValidate>
      <div>
        <h1 className="dlg-title">{strings.title}</h1>
        <p className="sm t2">
          {workspaceName !== null && role !== null
            ? strings.invitedTo(workspaceName, strings.roles[role])
            : strings.firstTime}
        </p>
      </div>
      {needsName && (
        <Field
          label={strings.name}
          hint={strings.nameHint}
          error={missing && name.trim() === '' ? strings.nameMissing : null}
        >
          {(control) => (
            <Input
              {...control}
              name="name"
              autoComplete="name"
              maxLength={80}
              autoFocus
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
      )}
      {problem !== null && (
        <p className="sm text-danger" role="alert">
          {problem.title} {problem.detail}
        </p>
      )}
      <Button type="submit" kind="primary" working={working}>
        {inspected.kind === 'invitation' && workspaceName !== null
          ? strings.join(workspaceName)
          : strings.signIn}
      </Button>
    </form>
  );
}
