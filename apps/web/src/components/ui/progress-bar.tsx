import { cn } from '@/lib/class-names';

/** How far something is, 0 to 1. Drawn as SVG, so that no inline style is needed. */
export function ProgressBar({
  label,
  fraction,
  className,
}: {
  label: string;
  fraction: number;
  className?: string;
}) {
  const percent = Math.round(Math.min(1, Math.max(0, fraction)) * 1000) / 10;
  return (
    <div
      className={cn('bar', className)}
      role="progressbar"
      aria-label={label}
      aria-valuenow={Math.round(percent)}
      aria-valuemin={0}
      aria-valuemax={100}
    >
      <svg width="100%" height="100%" aria-hidden="true">
        <rect className="fill-text" width={`${percent}%`} height="100%" rx="3" />
      </svg>
    </div>
  );
}
