'use client';

import { Select as Radix } from 'radix-ui';
import { Icon } from '@/components/icons/icon';
import { cn } from '@/lib/class-names';
import { getStyleNonce } from '@/lib/style-nonce';
import { useMounted } from '@/lib/use-mounted';

export type SelectOption<Value extends string> = {
  value: Value;
  label: string;
  disabled?: boolean;
};

/** One of a short list of values. */
export function Select<Value extends string>({
  value,
  options,
  onChange,
  placeholder,
  className,
  ...control
}: {
  value: Value | undefined;
  options: readonly SelectOption<Value>[];
  onChange: (value: Value) => void;
  placeholder?: string;
  className?: string;
  id?: string;
  disabled?: boolean;
  'aria-label'?: string;
  'aria-invalid'?: true;
  'aria-describedby'?: string;
}) {
  const { disabled, ...trigger } = control;
  const mounted = useMounted();
  if (!mounted) {
    // Radix puts a hidden native field with an inline style beside it, which the page's policy
    // refuses in HTML from the server: until the script runs, the closed select stands alone.
    const chosen = options.find((option) => option.value === value);
    return (
      <button type="button" className={cn('select', className)} {...trigger} disabled>
        <span className="truncate">{chosen?.label ?? placeholder}</span>
        <Icon name="down" />
      </button>
    );
  }
  return (
    <Radix.Root
      {...(value === undefined ? {} : { value })}
      onValueChange={(next) => {
        const chosen = options.find((option) => option.value === next);
        if (chosen !== undefined) onChange(chosen.value);
      }}
      {...(disabled === undefined ? {} : { disabled })}
    >
      <Radix.Trigger className={cn('select', className)} {...trigger}>
        <span className="truncate">
          <Radix.Value placeholder={placeholder} />
        </span>
        <Radix.Icon asChild>
          <Icon name="down" />
        </Radix.Icon>
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content className="menu" position="popper" sideOffset={4}>
          <Radix.Viewport {...nonceProps()}>
            {options.map((option) => (
              <Radix.Item
                key={option.value}
                value={option.value}
                className="menu-item"
                {...(option.disabled === true ? { disabled: true } : {})}
              >
                <Radix.ItemText>{option.label}</Radix.ItemText>
              </Radix.Item>
            ))}
          </Radix.Viewport>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function nonceProps(): { nonce?: string } {
  const nonce = getStyleNonce();
  return nonce === undefined ? {} : { nonce };
}
