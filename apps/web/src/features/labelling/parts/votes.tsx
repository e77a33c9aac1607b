import { classColour } from '@/components/ui/chip';
import type { KeyedChoice } from '../keys/assign-keys';
import styles from '../label.module.css';
import { strings } from '../strings';
import { prepareVotes } from './prepare-votes';

const TICK = 3;
const GAP = 1;

/** A row for each class somebody voted for, a tick for each posterior sample. */
export function Votes({
  votes,
  choices,
}: {
  votes: readonly number[];
  choices: readonly KeyedChoice[];
}) {
  const { rows, samples } = prepareVotes(votes, choices);
  const width = samples * (TICK + GAP);
  return (
    <>
      <hr />
      <h3 className="sm strong">{strings.why.votes(samples)}</h3>
      <ul className={`${styles.votes} num`}>
        {rows.map((row) => (
          <li key={row.name} className={`${styles.vote} ${classColour(row.index)}`}>
            <b title={row.name}>{row.name}</b>
            <svg viewBox={`0 0 ${width} 12`} preserveAspectRatio="none" aria-hidden="true">
              <line x1="0" x2={width} y1="11.5" y2="11.5" />
              {Array.from({ length: row.votes }, (_, tick) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a tick is its place
                <rect key={tick} x={tick * (TICK + GAP)} width={TICK} height="12" />
              ))}
            </svg>
            <span className={styles.vn}>{row.votes}</span>
          </li>
        ))}
      </ul>
      <p className="xs t3">{strings.why.tick(samples)}</p>
    </>
  );
}
