'use client';

import { type ReactNode, useId } from 'react';

type ToggleProps = {
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
  children: ReactNode;
};

function Toggle({
  className,
  role,
  checked,
  onChange,
  disabled = false,
  children,
}: ToggleProps & { className: string; role?: 'switch' }) {
  const id = useId();
  return (
    <span className="ck">
      <input
        id={id}
        type="checkbox"
        role={role}
        className={className}
        checked={checked}
        disabled={disabled}
        onChange={(event) => onChange(event.target.checked)}
      />
      <label htmlFor={id}>{children}</label>
    </span>
  );
}

/** Yes or no, taken with the form it stands in. */
export function Checkbox(props: ToggleProps) {
  return <Toggle className="ck-box" {...props} />;
}

/** On or off, at once. */
export function Switch(props: ToggleProps) {
  return <Toggle className="sw" role="switch" {...props} />;
}
