'use client';

import { useId } from 'react';
import { Field, Input } from '@/components/ui/field';
import { Segmented } from '@/components/ui/segmented';
import { Checkbox } from '@/components/ui/toggle';
import { strings } from '../strings';
import type { DraftProblems } from '../suggest';
import styles from '../wizard.module.css';
import type { AnswersDraft } from '../wizard-types';
import { ChoiceList } from './choice-list';
import { LearningFields } from './learning-fields';

const words = strings.answers;
const NUMBER_FIELDS = [
  ['unit', words.unit],
  ['minimum', words.minimum],
  ['maximum', words.maximum],
] as const;

/** Third step: what is asked, and what the answers are. */
export function AnswersStep({
  draft,
  problems,
  hasKnown,
  onDraft,
}: {
  draft: AnswersDraft;
  problems: DraftProblems;
  /** Whether the file brings answers along. */
  hasKnown: boolean;
  onDraft: (draft: AnswersDraft) => void;
}) {
  const kindId = useId();
  const change = (part: Partial<AnswersDraft>) => onDraft({ ...draft, ...part });
  return (
    <div className={styles.form}>
      <Field label={words.name} error={problems.name}>
        {(control) => (
          <Input
            {...control}
            maxLength={120}
            value={draft.name}
            onChange={(event) => change({ name: event.target.value })}
          />
        )}
      </Field>
      <Field label={words.question} error={problems.question}>
        {(control) => (
          <Input
            {...control}
            maxLength={200}
            value={draft.question}
            onChange={(event) => change({ question: event.target.value })}
          />
        )}
      </Field>
      <div className="field">
        <span className="sm med" id={kindId}>
          {words.kind}
        </span>
        <span>
          <Segmented
            label={words.kind}
            value={draft.kind}
            options={[
              { value: 'choice', label: words.choice },
              { value: 'choices', label: words.choices },
              { value: 'number', label: words.number },
            ]}
            onChange={(kind) => change({ kind })}
          />
        </span>
      </div>
      {draft.kind !== 'number' ? (
        <ChoiceList
          choices={draft.choices}
          problem={problems.choices ?? null}
          onChange={(choices) => change({ choices })}
        />
      ) : (
        <div className={styles.pair}>
          {NUMBER_FIELDS.map(([name, label]) => (
            <Field key={name} label={label} error={name === 'unit' ? null : problems[name]}>
              {(control) => (
                <Input
                  {...control}
                  inputMode={name === 'unit' ? 'text' : 'decimal'}
                  value={draft[name]}
                  onChange={(event) => change({ [name]: event.target.value })}
                />
              )}
            </Field>
          ))}
        </div>
      )}
      {hasKnown && (
        <Checkbox checked={draft.takeAnswers} onChange={(takeAnswers) => change({ takeAnswers })}>
          {words.known}
        </Checkbox>
      )}
      <LearningFields
        learning={draft.learning}
        problems={problems.learning ?? {}}
        onChange={(learning) => change({ learning })}
      />
    </div>
  );
}
