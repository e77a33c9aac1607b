import type { ReactNode } from 'react';
import { Icon, type IconName } from '@/components/icons/icon';
import { cn } from '@/lib/class-names';

export type ChipTone = 'neutral' | 'plain' | 'running' | 'ok' | 'warn' | 'bad' | 'you';

const TONES: Record<ChipTone, string> = {
  neutral: '',
  plain: 'plain',
  running: 'run',
  ok: 'ok',
  warn: 'warn',
  bad: 'bad',
  you: 'you',
};
const ICONS: Partial<Record<ChipTone, IconName>> = { ok: 'check', warn: 'warning', bad: 'warning' };

/** A state in a word; colour never stands alone, so good and bad ones carry an icon. */
export function Chip({
  tone = 'neutral',
  icon = ICONS[tone],
  className,
  title,
  children,
}: {
  tone?: ChipTone;
  icon?: IconName | undefined;
  className?: string;
  title?: string;
  children: ReactNode;
}) {
  return (
    <span className={cn('chip', TONES[tone], className)} title={title}>
      {icon !== undefined && <Icon name={icon} />}
      {children}
    </span>
  );
}

/** A class by its name with its colour as a dot; `index` is its place in the label schema. */
export function ClassName({ index, name }: { index: number; name: string }) {
  return (
    <span className={`cls ${classColour(index)}`}>
      <i />
      {name}
    </span>
  );
}

/** The class that sets `--c` to the colour of a class; the eleventh and further share one. */
export function classColour(index: number): string {
  return index < 10 ? `c${index + 1}` : 'c-other';
}
