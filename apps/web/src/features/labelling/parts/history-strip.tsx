import { Icon, type IconName } from '@/components/icons/icon';
import { type AskedField, answerText } from '../field';
import { firstWords } from '../item-words';
import styles from '../label.module.css';
import type { HistoryEntry } from '../session/history';
import { strings } from '../strings';

const SHOWN = 10;

function iconOf(entry: HistoryEntry): IconName {
  if (entry.state === 'waiting') return 'clock';
  if (entry.state === 'refused') return 'warning';
  if (entry.flagged) return 'flag';
  return entry.kind === 'skip' ? 'skip' : 'check';
}

function Entry({ entry, fields }: { entry: HistoryEntry; fields: readonly AskedField[] }) {
  const skipped = entry.kind === 'skip';
  const said = skipped ? strings.history.skipped : answerText(fields, entry.answer);
  const name = strings.history.item(said, strings.history.state[entry.state], entry.flagged);
  const { imageUrl } = entry.item;
  return (
    <li className={entry.state === 'waiting' ? styles.wait : undefined} title={name}>
      <span className={styles.thumb} data-words={imageUrl === null || undefined}>
        {imageUrl === null ? (
          <span aria-hidden="true">{firstWords(entry.item, 24)}</span>
        ) : (
          // biome-ignore lint/performance/noImgElement: items are shown pixel by pixel, never resized
          <img src={imageUrl} alt="" />
        )}
      </span>
      <span className={styles.said}>
        <span className="sr">{name}</span>
        {skipped ? (
          <span className="t3" aria-hidden="true">
            {said}
          </span>
        ) : (
          <b aria-hidden="true">{said}</b>
        )}
        <Icon name={iconOf(entry)} />
      </span>
    </li>
  );
}

/** The last ten answers, newest first, and whether the server has them. */
export function HistoryStrip({
  entries,
  fields,
  today,
}: {
  entries: readonly HistoryEntry[];
  fields: readonly AskedField[];
  today: number | null;
}) {
  return (
    <div className={styles.hist}>
      <div className={styles.hh}>
        <h2>{strings.history.title}</h2>
        {today !== null && (
          <span className={`xs t3 num ${styles.today}`}>{strings.progress.todayShort(today)}</span>
        )}
      </div>
      {entries.length === 0 ? (
        <p className="xs t3">{strings.history.none}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: on a phone the strip scrolls sideways
        <ol tabIndex={0} aria-label={strings.history.label}>
          {entries.slice(0, SHOWN).map((entry) => (
            <Entry key={entry.key} entry={entry} fields={fields} />
          ))}
        </ol>
      )}
    </div>
  );
}
