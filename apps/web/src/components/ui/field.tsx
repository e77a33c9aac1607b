'use client';

import { type ComponentProps, type ReactNode, useId } from 'react';
import { Icon } from '@/components/icons/icon';
import { cn } from '@/lib/class-names';

export type FieldControl = {
  id: string;
  'aria-invalid'?: true;
  'aria-describedby'?: string;
};

/** A label, a control, a hint or what is wrong with the value. The control gets its ids. */
export function Field({
  label,
  hint,
  error,
  className,
  children,
}: {
  label: ReactNode;
  hint?: ReactNode;
  error?: string | null | undefined;
  className?: string;
  children: (control: FieldControl) => ReactNode;
}) {
  const id = useId();
  const noteId = `${id}-note`;
  const bad = error !== undefined && error !== null;
  const control: FieldControl = {
    id,
    ...(bad ? { 'aria-invalid': true as const } : {}),
    ...(bad || hint !== undefined ? { 'aria-describedby': noteId } : {}),
  };
  return (
    <div className={cn('field', className)}>
      <label htmlFor={id}>{label}</label>
      {children(control)}
      {bad && (
        <span className="err" id={noteId}>
          <Icon name="warning" />
          {error}
        </span>
      )}
      {!bad && hint !== undefined && (
        <span className="hint" id={noteId}>
          {hint}
        </span>
      )}
    </div>
  );
}

/** One line of text or a number. */
export function Input({ className, ...rest }: ComponentProps<'input'>) {
  return <input className={cn('input', rest['aria-invalid'] && 'bad', className)} {...rest} />;
}

/** Several lines of text. */
export function TextArea({ className, ...rest }: ComponentProps<'textarea'>) {
  return (
    <textarea
      className={cn('input area', rest['aria-invalid'] && 'bad', className)}
      rows={4}
      {...rest}
    />
  );
}
