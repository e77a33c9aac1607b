'use client';

import { type DragEvent, useId, useState } from 'react';
import { Icon } from '@/components/icons/icon';
import { describeError } from '@/lib/api/client';
import { openSource, SourceError } from '../source/open-source';
import { strings } from '../strings';
import styles from '../wizard.module.css';
import type { Source } from '../wizard-types';

const ACCEPTED = '.csv,.tsv,.tab,.jsonl,.ndjson,.zip';

/** First step: a file, dropped or chosen, looked into at once. */
export function FileStep({
  workspaceId,
  onSource,
}: {
  workspaceId: string;
  onSource: (source: Source) => void;
}) {
  const id = useId();
  const [over, setOver] = useState(false);
  const [reading, setReading] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  const take = async (file: File | undefined) => {
    if (file === undefined) return;
    setReading(true);
    setProblem(null);
    try {
      onSource(await openSource(file, workspaceId));
    } catch (error) {
      const { title, detail } = describeError(error);
      setProblem(error instanceof SourceError ? error.message : `${title} ${detail ?? ''}`);
      setReading(false);
    }
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void take(event.dataTransfer.files[0]);
  };
  return (
    <div className={styles.body}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is one more way; the input inside is the other */}
      <div
        className={styles.drop}
        data-over={over || undefined}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <h2 className="dlg-title">{strings.file.ask}</h2>
        <p className="sm t2">{strings.file.drop}</p>
        <input
          id={id}
          type="file"
          accept={ACCEPTED}
          className="peer"
          onChange={(event) => void take(event.target.files?.[0])}
        />
        <label
          htmlFor={id}
          className="btn primary peer-focus-visible:outline-2 peer-focus-visible:outline-offset-2 peer-focus-visible:outline-accent-ink"
        >
          {reading ? <span className="ring" /> : <Icon name="file" />}
          {reading ? strings.file.reading : strings.file.choose}
        </label>
        {problem !== null && (
          <p className="sm row text-danger" role="alert">
            <Icon name="warning" />
            {problem}
          </p>
        )}
      </div>
      <dl className={styles.kinds}>
        {strings.file.kinds.map(([name, says]) => (
          <div key={name}>
            <dt className="sm">{name}</dt>
            <dd className="xs t2">{says}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
