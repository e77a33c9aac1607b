'use client';

import type { ProjectSummary } from '@dubio/contracts';
import Link from 'next/link';
import { useEffect, useState } from 'react';
import { Icon } from '@/components/icons/icon';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Input } from '@/components/ui/field';
import { isTyping } from '@/lib/is-typing';
import styles from './project-list.module.css';
import { strings } from './strings';

/** `/` or a press: type a part of a name, go to the project. */
export function FindProject({ projects }: { projects: readonly ProjectSummary[] }) {
  const [open, setOpen] = useState(false);
  const [part, setPart] = useState('');
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== '/' || isTyping(event.target)) return;
      event.preventDefault();
      setOpen(true);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  const wanted = part.trim().toLowerCase();
  const found = projects.filter((project) => project.name.toLowerCase().includes(wanted));
  return (
    <>
      <Button kind="quiet" className="wide-only" onClick={() => setOpen(true)}>
        <Icon name="search" />
        {strings.find}
        <kbd>/</kbd>
      </Button>
      <Dialog open={open} onOpenChange={setOpen} title={strings.findLabel}>
        <Input
          aria-label={strings.findLabel}
          placeholder={strings.findPlaceholder}
          value={part}
          onChange={(event) => setPart(event.target.value)}
        />
        <div className={styles.results}>
          {found.map((project) => (
            <Link className={styles.result} key={project.id} href={`/projects/${project.id}`}>
              {project.name}
              <span className="t3 xs">{strings.asks(project)}</span>
            </Link>
          ))}
          {found.length === 0 && <p className="sm t2">{strings.findNone}</p>}
        </div>
      </Dialog>
    </>
  );
}
