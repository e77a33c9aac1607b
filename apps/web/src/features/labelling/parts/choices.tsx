import type { ComponentProps } from 'react';
import type { KeyedChoice } from '../keys/assign-keys';
import styles from '../label.module.css';
import { strings } from '../strings';

const SHORT_NAME = 3;

/**
 * Short answers stand in one row like keys; longer ones or many stand in columns, name beside key.
 */
function needWords(choices: readonly KeyedChoice[]): boolean {
  return choices.length > 10 || choices.some((choice) => choice.name.length > SHORT_NAME);
}

/** An answer with its key. */
export function ChoiceButton({
  choice,
  ...rest
}: { choice: KeyedChoice } & ComponentProps<'button'>) {
  return (
    <button
      type="button"
      className={styles.choice}
      aria-keyshortcuts={choice.key ?? undefined}
      {...rest}
    >
      <span className={styles.cn}>{choice.name}</span>
      {choice.key !== null && <kbd>{choice.key}</kbd>}
    </button>
  );
}

/** The answers. Never pre-selected, tinted or sorted by what the model thinks. */
export function Choices({
  choices,
  taken,
  onAnswer,
}: {
  choices: readonly KeyedChoice[];
  /** The answer whose key was taken a moment ago. */
  taken: string | null;
  onAnswer: (value: string) => void;
}) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a form's looks and a legend
    <div
      className={styles.choices}
      data-words={needWords(choices) || undefined}
      role="group"
      aria-label={strings.answers}
    >
      {choices.map((choice) => (
        <ChoiceButton
          key={choice.value}
          choice={choice}
          data-taken={choice.value === taken || undefined}
          onClick={() => onAnswer(choice.value)}
        />
      ))}
    </div>
  );
}
