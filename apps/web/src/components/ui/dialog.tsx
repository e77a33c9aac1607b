'use client';

import { Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { cn } from '@/lib/class-names';
import { Button } from './button';

/** A question or a small form on its own layer; Escape and a press outside leave it. */
export function Dialog({
  open,
  onOpenChange,
  title,
  description,
  wide = false,
  children,
  actions,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  description?: ReactNode;
  wide?: boolean;
  children?: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="scrim" />
        <Radix.Content
          className={cn('dlg', wide && 'wide')}
          {...(description === undefined ? { 'aria-describedby': undefined } : {})}
        >
          <Radix.Title className="dlg-title">{title}</Radix.Title>
          {description !== undefined && (
            <Radix.Description className="sm t2">{description}</Radix.Description>
          )}
          {children}
          {actions !== undefined && <div className="dlg-acts">{actions}</div>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** Asks before something that cannot be taken back; both answers are verbs with their object. */
export function ConfirmDialog({
  open,
  onOpenChange,
  title,
  description,
  keep,
  go,
  working = false,
  onGo,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description: ReactNode;
  keep: string;
  go: string;
  working?: boolean;
  onGo: () => void;
}) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={title}
      description={description}
      actions={
        <>
          <Button onClick={() => onOpenChange(false)}>{keep}</Button>
          <Button kind="danger-fill" working={working} onClick={onGo}>
            {go}
          </Button>
        </>
      }
    />
  );
}
