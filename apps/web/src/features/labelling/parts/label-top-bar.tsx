import Link from 'next/link';
import { Icon } from '@/components/icons/icon';
import { ThemeSwitch } from '@/components/shell/theme-switch';
import { Brand } from '@/components/shell/top-bar';
import { Button } from '@/components/ui/button';
import { Chip } from '@/components/ui/chip';
import type { Theme } from '@/lib/theme';
import type { Connection } from '../outbox/outbox';
import { strings } from '../strings';

/** Where one is, what waits to be sent, the keys. */
export function LabelTopBar({
  projectId,
  projectName,
  theme,
  waiting,
  connection,
  onKeys,
}: {
  projectId: string;
  projectName: string;
  theme: Theme;
  waiting: number;
  connection: Connection;
  onKeys: () => void;
}) {
  return (
    <header className="top">
      <Brand short />
      <span className="crumb">
        <span className="wide-only">/</span>
        <Link className="ell" href={`/projects/${projectId}`}>
          {projectName}
        </Link>
        <span className="wide-only">
          / <b>{strings.title}</b>
        </span>
      </span>
      <span className="grow" />
      <span role="status">
        <WaitingChip waiting={waiting} connection={connection} />
      </span>
      <Button kind="quiet" className="wide-only" aria-keyshortcuts="?" onClick={onKeys}>
        <Icon name="keyboard" />
        {strings.actions.keys}
        <kbd>?</kbd>
      </Button>
      <ThemeSwitch initial={theme} />
    </header>
  );
}

/** Answers leave within a moment; only what really waits is worth a word. */
function WaitingChip({ waiting, connection }: { waiting: number; connection: Connection }) {
  if (connection === 'online') return null;
  if (waiting === 0) {
    return (
      <Chip tone="warn" icon="warning">
        {strings.waiting.noConnection}
      </Chip>
    );
  }
  return (
    <Chip icon="upload">
      {strings.waiting.count(waiting)}
      <span className="wide-only -ml-[3px]">{strings.waiting.rest}</span>
    </Chip>
  );
}
