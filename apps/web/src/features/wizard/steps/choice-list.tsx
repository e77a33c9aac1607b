'use client';

import { type KeyboardEvent, useRef } from 'react';
import { Icon } from '@/components/icons/icon';
import { Button } from '@/components/ui/button';
import { Input } from '@/components/ui/field';
import { assignKeys } from '@/features/labelling/keys/assign-keys';
import { strings } from '../strings';
import styles from '../wizard.module.css';

const words = strings.answers;

/** The answers as a list to be written; each shows the key it will have. */
export function ChoiceList({
  choices,
  problem,
  onChange,
}: {
  choices: readonly string[];
  problem: string | null;
  onChange: (choices: readonly string[]) => void;
}) {
  const list = useRef<HTMLUListElement>(null);
  const keys = new Map(
    assignKeys(choices.map((value) => ({ value }))).map((choice) => [choice.index, choice.key]),
  );
  const add = () => {
    onChange([...choices, '']);
    requestAnimationFrame(() =>
      list.current?.querySelector<HTMLElement>('li:last-child input')?.focus(),
    );
  };
  const onEnter = (event: KeyboardEvent, place: number) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    event.stopPropagation();
    const next = list.current?.querySelectorAll('input')[place + 1];
    if (next === undefined) add();
    else next.focus();
  };
  return (
    <fieldset className="field">
      <legend className="sm med mb-1">{words.list}</legend>
      <ul className={styles.choices} ref={list}>
        {choices.map((choice, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: an answer being written is its place
          <li key={place}>
            <kbd>{keys.get(place) ?? ' '}</kbd>
            <Input
              aria-label={words.answer(place + 1)}
              maxLength={120}
              value={choice}
              onChange={(event) =>
                onChange(choices.map((each, at) => (at === place ? event.target.value : each)))
              }
              onKeyDown={(event) => onEnter(event, place)}
            />
            <Button
              kind="quiet"
              size="square"
              aria-label={words.remove(choice === '' ? words.answer(place + 1) : choice)}
              disabled={choices.length <= 2}
              onClick={() => onChange(choices.filter((_each, at) => at !== place))}
            >
              <Icon name="close" />
            </Button>
          </li>
        ))}
      </ul>
      {problem !== null && (
        <span className="err" role="alert">
          <Icon name="warning" />
          {problem}
        </span>
      )}
      <span>
        <Button size="tiny" onClick={add}>
          <Icon name="plus" />
          {words.add}
        </Button>
      </span>
    </fieldset>
  );
}
