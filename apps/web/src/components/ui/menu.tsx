'use client';

import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';

/** A list of things to do or places to go, behind a button. */
export function Menu({
  trigger,
  children,
  align = 'start',
}: {
  trigger: ReactNode;
  children: ReactNode;
  align?: 'start' | 'end';
}) {
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" sideOffset={4} align={align}>
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

export function MenuItem({
  onSelect,
  disabled = false,
  asChild = false,
  children,
}: {
  onSelect?: () => void;
  disabled?: boolean;
  asChild?: boolean;
  children: ReactNode;
}) {
  return (
    <DropdownMenu.Item
      className="menu-item"
      disabled={disabled}
      asChild={asChild}
      {...(onSelect === undefined ? {} : { onSelect })}
    >
      {children}
    </DropdownMenu.Item>
  );
}
