import { cva, type VariantProps } from 'class-variance-authority';
import Link from 'next/link';
import type { ComponentProps } from 'react';
import { cn } from '@/lib/class-names';

export const buttonStyle = cva('btn', {
  variants: {
    kind: {
      plain: '',
      primary: 'primary',
      quiet: 'quiet',
      danger: 'danger',
      'danger-fill': 'danger-fill',
    },
    size: { normal: '', tiny: 'tiny', square: 'square' },
  },
  defaultVariants: { kind: 'plain', size: 'normal' },
});

type Style = VariantProps<typeof buttonStyle>;

/** An action: a verb with its object. `working` shows a ring and takes no second press. */
export function Button({
  kind,
  size,
  working = false,
  className,
  children,
  type = 'button',
  disabled,
  ...rest
}: ComponentProps<'button'> & Style & { working?: boolean }) {
  return (
    <button
      type={type}
      className={cn(buttonStyle({ kind, size }), className)}
      disabled={disabled}
      aria-disabled={working || undefined}
      aria-busy={working || undefined}
      {...rest}
      {...(working ? { onClick: (event) => event.preventDefault() } : {})}
    >
      {working && <span className="ring" />}
      {children}
    </button>
  );
}

/** Goes somewhere, looks like a button. */
export function ButtonLink({
  kind,
  size,
  className,
  ...rest
}: ComponentProps<typeof Link> & Style) {
  return <Link className={cn(buttonStyle({ kind, size }), className)} {...rest} />;
}
