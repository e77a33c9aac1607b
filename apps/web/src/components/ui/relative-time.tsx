'use client';

import { formatExact, formatRelative } from '@/lib/format';
import { useNow } from '@/lib/use-now';

/** A moment as people say it, the exact one on hover. */
export function RelativeTime({ at }: { at: string }) {
  const now = useNow();
  const date = new Date(at);
  return (
    <time
      dateTime={at}
      title={now === null ? undefined : formatExact(date)}
      suppressHydrationWarning
    >
      {formatRelative(date, now ?? new Date())}
    </time>
  );
}
