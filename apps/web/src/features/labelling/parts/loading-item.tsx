import styles from '../label.module.css';
import { strings } from '../strings';

/** Keeps the place of the first item: the same measures, nothing jumps when it comes. */
export function LoadingItem({ question }: { question: string }) {
  return (
    <section aria-label={strings.item}>
      <div className={styles.age} />
      <div
        className={styles.stage}
        role="status"
        aria-busy="true"
        aria-label={strings.states.loading}
      >
        <div className={styles.pic} />
      </div>
      <h1 className={styles.ask}>{question}</h1>
    </section>
  );
}
