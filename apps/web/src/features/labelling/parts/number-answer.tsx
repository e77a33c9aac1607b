'use client';

import { type FormEvent, useEffect, useRef, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Input } from '@/components/ui/field';
import type { AskedField } from '../field';
import styles from '../label.module.css';
import { strings } from '../strings';
import { parseNumber } from './parse-number';

/** A number, saved with Enter. The field has the focus of each new item; Escape leaves it. */
export function NumberAnswer({
  field,
  itemId,
  disabled,
  onAnswer,
}: {
  field: Extract<AskedField, { kind: 'number' }>;
  itemId: string | null;
  disabled: boolean;
  onAnswer: (value: number) => void;
}) {
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string | null>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new item starts with an empty field
  useEffect(() => {
    setText('');
    setProblem(null);
    input.current?.focus();
  }, [itemId]);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const parsed = parseNumber(text, field);
    if ('problem' in parsed) setProblem(parsed.problem);
    else onAnswer(parsed.value);
  };
  return (
    <form className={styles.number} onSubmit={submit} noValidate>
      <div className="field">
        <Input
          ref={input}
          inputMode="decimal"
          autoComplete="off"
          aria-label={strings.number.label}
          {...(problem === null
            ? {}
            : { 'aria-invalid': true as const, 'aria-describedby': 'number-problem' })}
          value={text}
          disabled={disabled}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
        />
        {problem !== null && (
          <span className="err" id="number-problem" role="alert">
            {problem}
          </span>
        )}
      </div>
      {field.unit !== null && <span className={styles.unit}>{field.unit}</span>}
      <Button type="submit" kind="primary" disabled={disabled}>
        {strings.actions.save}
        <kbd>↵</kbd>
      </Button>
    </form>
  );
}
