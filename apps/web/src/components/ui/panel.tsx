import type { ComponentProps, ReactNode } from 'react';
import { cn } from '@/lib/class-names';

/** One question, one panel: a title, what belongs to it at the right, and the answer. */
export function Panel({
  title,
  meta,
  className,
  children,
  ...rest
}: Omit<ComponentProps<'section'>, 'title'> & { title?: ReactNode; meta?: ReactNode }) {
  const label =
    typeof title === 'string' && rest['aria-labelledby'] === undefined
      ? { 'aria-label': title }
      : {};
  return (
    <section className={cn('panel', className)} {...label} {...rest}>
      {(title !== undefined || meta !== undefined) && (
        <div className="ph">
          {title !== undefined && <h2>{title}</h2>}
          {meta !== undefined && <div className="meta">{meta}</div>}
        </div>
      )}
      {children}
    </section>
  );
}

/** The head of a page: its title, one sentence, and what can be done. */
export function PageHead({
  title,
  sub,
  actions,
}: {
  title: ReactNode;
  sub?: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <div className="head">
      <div>
        <h1>{title}</h1>
        {sub !== undefined && <p className="sub">{sub}</p>}
      </div>
      {actions !== undefined && <div className="actions">{actions}</div>}
    </div>
  );
}
