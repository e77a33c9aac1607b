import type { ReactNode } from 'react';
import { Icon } from '@/components/icons/icon';
import { cn } from '@/lib/class-names';

/** Nothing here yet: says what happened and what to do next. */
export function EmptyState({
  title,
  titleAs: Title = 'p',
  children,
  actions,
  className,
}: {
  title: string;
  /** `h1` where it is all of a page. */
  titleAs?: 'p' | 'h1';
  children?: ReactNode;
  actions?: ReactNode;
  className?: string;
}) {
  return (
    <div className={cn('box ctr', className)}>
      <Title className="strong">{title}</Title>
      {children !== undefined && <div className="sm t2 max-w-[52ch]">{children}</div>}
      {actions !== undefined && <div className="row">{actions}</div>}
    </div>
  );
}

/** Something failed: what happened, what is safe, what to do; `code` is for whoever looks it up. */
export function FailureState({
  title,
  titleAs: Title = 'p',
  detail,
  actions,
  code,
}: {
  title: string;
  /** `h1` where it is all of a page. */
  titleAs?: 'p' | 'h1';
  detail?: ReactNode;
  actions?: ReactNode;
  code?: string | null;
}) {
  return (
    <div className="box" role="alert">
      <div className="failure">
        <Icon name="warning" />
        <div className="grow">
          <Title className="strong">{title}</Title>
          {detail !== undefined && detail !== null && <p className="sm t2">{detail}</p>}
          {actions !== undefined && <div className="row wrap mt-2.5">{actions}</div>}
          {code !== undefined && code !== null && <p className="xs t3 mono mt-2.5">{code}</p>}
        </div>
      </div>
    </div>
  );
}

/** Keeps the place of a chart, with its own axes, until the figures are there. */
export function ChartSkeleton({ label }: { label: string }) {
  return (
    <div role="status" aria-busy="true" aria-label={label}>
      <div className="skel w-1/3" />
      <div className="skgrid">
        <i />
        <i />
        <i />
        <i />
      </div>
      <div className="row mt-3">
        <div className="skel w-1/6" />
        <div className="skel w-1/4" />
        <div className="skel w-1/8" />
      </div>
    </div>
  );
}

/** Keeps the place of lines of text or of a table. */
export function RowsSkeleton({ label, rows = 4 }: { label: string; rows?: number }) {
  return (
    <div className="grid gap-5 py-3" role="status" aria-busy="true" aria-label={label}>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike
        <div className="skel" key={row} />
      ))}
    </div>
  );
}
