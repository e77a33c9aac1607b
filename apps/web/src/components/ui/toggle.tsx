'use client';

import { Checkbox as RadixCheckbox, Switch as RadixSwitch } from 'radix-ui';
import { type ReactNode, useId } from 'react';
import { Icon } from '@/components/icons/icon';

type ToggleProps = {
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
  children: ReactNode;
};

/** Yes or no, taken with the form it stands in. */
export function Checkbox({ checked, onChange, disabled = false, children }: ToggleProps) {
  const id = useId();
  return (
    <span className="ck">
      <RadixCheckbox.Root
        id={id}
        className="ck-box"
        checked={checked}
        disabled={disabled}
        onCheckedChange={(next) => onChange(next === true)}
      >
        <RadixCheckbox.Indicator>
          <Icon name="check" />
        </RadixCheckbox.Indicator>
      </RadixCheckbox.Root>
      <label htmlFor={id}>{children}</label>
    </span>
  );
}

/** On or off, at once. */
export function Switch({ checked, onChange, disabled = false, children }: ToggleProps) {
  const id = useId();
  return (
    <span className="ck">
      <RadixSwitch.Root
        id={id}
        className="sw"
        checked={checked}
        disabled={disabled}
        onCheckedChange={onChange}
      >
        <RadixSwitch.Thumb className="sw-thumb" />
      </RadixSwitch.Root>
      <label htmlFor={id}>{children}</label>
    </span>
  );
}
