import type { ComponentProps, ReactNode } from 'react';
import { cn } from '@/lib/class-names';

/**
 * A table that scrolls sideways inside its panel; the region has a name and can be reached by key.
 */
export function Table({
  label,
  className,
  children,
  ...rest
}: ComponentProps<'table'> & { label: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by key
    <section className="scroll-x" tabIndex={0} aria-label={label}>
      <table className={className} {...rest}>
        {children}
      </table>
    </section>
  );
}

/** A head cell; figures stand at the right. */
export function Th({
  right = false,
  className,
  ...rest
}: ComponentProps<'th'> & { right?: boolean }) {
  return <th scope="col" className={cn(right && 'r', className)} {...rest} />;
}

export function Td({
  right = false,
  className,
  ...rest
}: ComponentProps<'td'> & { right?: boolean }) {
  return <td className={cn(right && 'r', className)} {...rest} />;
}

/** Said where a value is not known: never a zero, never a dash. */
export function NoValue({ why }: { why?: string }): ReactNode {
  return (
    <span className="t3" title={why}>
      no value
    </span>
  );
}
