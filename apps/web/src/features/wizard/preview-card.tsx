'use client';

import { useState } from 'react';
import { Icon } from '@/components/icons/icon';
import { Button } from '@/components/ui/button';
import { assignKeys } from '@/features/labelling/keys/assign-keys';
import { formatCount } from '@/lib/format';
import { strings } from './strings';
import { columnWith, filled, itemKindOf } from './suggest';
import styles from './wizard.module.css';
import type { AnswersDraft, Roles, Source } from './wizard-types';

const words = strings.preview;
const MOST_SHOWN = 12;

/** What the annotator will see, from the rows of the file itself. */
export function PreviewCard({
  source,
  roles,
  draft,
}: {
  source: Source;
  roles: Roles;
  draft: AnswersDraft;
}) {
  const [at, setAt] = useState(0);
  const rows = source.kind === 'zip' ? [] : source.preview.preview;
  const row = rows[at % Math.max(1, rows.length)];
  const all = source.kind === 'zip' ? formatCount(source.zip.images) : formatCount(source.rows);
  return (
    <aside className={styles.pv} aria-label={words.title}>
      <div className="row spread">
        <h2 className="sm strong">{words.title}</h2>
        <span className="row num xs t3">
          {words.row(at + 1, all)}
          {rows.length > 1 && (
            <Button
              kind="quiet"
              size="tiny"
              aria-label={words.next}
              onClick={() => setAt((now) => (now + 1) % rows.length)}
            >
              <Icon name="right" />
            </Button>
          )}
        </span>
      </div>
      <div className={styles.card}>
        {source.kind === 'zip' ? (
          <ZipSample source={source} />
        ) : (
          <RowSample source={source} roles={roles} row={row ?? {}} />
        )}
        <AnswerSample draft={draft} />
      </div>
      <Found source={source} roles={roles} />
    </aside>
  );
}

function ZipSample({ source }: { source: Extract<Source, { kind: 'zip' }> }) {
  const { sample } = source.zip;
  if (sample === null) return null;
  return (
    <>
      <p className="xs t3">{sample.name}</p>
      {/* biome-ignore lint/performance/noImgElement: a picture of the chosen file, never resized */}
      <img className={styles.pic} src={sample.url} alt={sample.name} />
    </>
  );
}

function RowSample({
  source,
  roles,
  row,
}: {
  source: Source;
  roles: Roles;
  row: Readonly<Record<string, string>>;
}) {
  const id = columnWith(source, roles, 'external-id');
  const text = columnWith(source, roles, 'text');
  const names = Object.keys(row).filter(
    (name) => roles[name] === 'shown' || roles[name] === 'feature',
  );
  const head = [id === null ? null : row[id.name]].filter((part) => part !== null);
  return (
    <>
      {head.length > 0 && <p className="xs t3 num">{head.join(' · ')}</p>}
      {itemKindOf(source, roles) === 'text' && text !== null && (
        <p className={styles.text}>{row[text.name]}</p>
      )}
      {names.length > 0 && (
        <dl className={styles.facts}>
          {names.map((name) => (
            <div key={name}>
              <dt className="mono">{name}</dt>
              <dd>
                {row[name] === '' ? <i className="t3">{strings.columns.empty}</i> : row[name]}
              </dd>
            </div>
          ))}
        </dl>
      )}
    </>
  );
}

function AnswerSample({ draft }: { draft: AnswersDraft }) {
  if (draft.kind === 'number') return <p className="xs t3">{words.number}</p>;
  const keyed = assignKeys(filled(draft.choices).map((value) => ({ value })));
  if (keyed.length === 0) return <p className="xs t3">{words.noAnswers}</p>;
  return (
    <ul className={styles.pch}>
      {keyed.slice(0, MOST_SHOWN).map((choice) => (
        <li key={choice.value}>
          {choice.key !== null && <kbd>{choice.key}</kbd>}
          {choice.name}
        </li>
      ))}
    </ul>
  );
}

function Found({ source, roles }: { source: Source; roles: Roles }) {
  const column = columnWith(source, roles, 'answer');
  if (column === null) return null;
  const count = column.distinct.filter((value) => value !== '').length;
  return (
    <p className="xs t2 num">
      {strings.answers.foundIn(count)}
      <span className="mono">{column.name}</span>.
    </p>
  );
}
