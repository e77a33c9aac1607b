'use client';

import type { Choice, LabelField, Project } from '@dubio/contracts';
import { useState } from 'react';
import { Icon } from '@/components/icons/icon';
import { Button } from '@/components/ui/button';
import { Field, Input, TextArea } from '@/components/ui/field';
import { NUMBER_BOUNDS, questionDraft, readQuestion } from './drafts/question-draft';
import { CatalogueFields, TextInput } from './form/catalogue-field';
import type { Draft } from './form/draft';
import { Section, same } from './section';
import { strings } from './strings';
import { useSaveProject } from './use-save-project';

/** What the project is called. */
export function ProjectSection({ project }: { readonly project: Project }) {
  const first = { name: project.name, description: project.description };
  const [draft, setDraft] = useState(first);
  const [tried, setTried] = useState(false);
  const save = useSaveProject(project);
  const words = strings.project;
  const noName = draft.name.trim() === '';
  const submit = () => {
    setTried(true);
    if (!noName) {
      save.mutate({ name: draft.name.trim(), description: draft.description });
    }
  };
  return (
    <Section
      id="project"
      title={words.title}
      changed={!same(draft, first)}
      saving={save.isPending}
      onSave={submit}
      onUndo={() => setDraft(first)}
    >
      <div className="stack">
        <Field label={words.name} error={tried && noName ? words.noName : null}>
          {(control) => (
            <Input
              {...control}
              maxLength={120}
              value={draft.name}
              onChange={(event) => setDraft({ ...draft, name: event.target.value })}
            />
          )}
        </Field>
        <Field label={words.description}>
          {(control) => (
            <TextArea
              {...control}
              rows={3}
              maxLength={2000}
              value={draft.description}
              onChange={(event) => setDraft({ ...draft, description: event.target.value })}
            />
          )}
        </Field>
      </div>
    </Section>
  );
}

/** What is asked about each item, and what may be answered. */
export function QuestionSection({
  project,
  field,
  titled,
}: {
  readonly project: Project;
  readonly field: LabelField;
  /** Whether the section bears the name of its field: there are several. */
  readonly titled: boolean;
}) {
  const first = questionDraft(field);
  const [draft, setDraft] = useState(first);
  const [tried, setTried] = useState(false);
  const save = useSaveProject(project);
  const read = readQuestion(field, draft);
  const errors: Readonly<Record<string, string>> = tried && !read.ok ? read.errors : {};
  const words = strings.question;
  const submit = () => {
    setTried(true);
    if (read.ok) {
      const fields = project.labelSchema.fields.map((one) =>
        one.name === field.name ? read.value : one,
      );
      save.mutate({ labelSchema: { fields } });
    }
  };
  const numbers = {
    draft: draft.numbers,
    errors,
    onChange: (next: Draft) => setDraft({ ...draft, numbers: next }),
  };
  return (
    <Section
      id={titled ? `question-${field.name}` : 'question'}
      title={titled ? words.titleOf(field.name) : words.title}
      meta={field.kind !== 'number' ? words.note : undefined}
      changed={!same(draft, first)}
      saving={save.isPending}
      onSave={submit}
      onUndo={() => setDraft(first)}
    >
      <div className="stack">
        <Field label={words.question} error={errors.question}>
          {(control) => (
            <Input
              {...control}
              maxLength={200}
              value={draft.question}
              onChange={(event) => setDraft({ ...draft, question: event.target.value })}
            />
          )}
        </Field>
        {field.kind !== 'number' ? (
          <Choices
            choices={draft.choices}
            error={errors.choices ?? null}
            onChange={(choices) => setDraft({ ...draft, choices })}
          />
        ) : (
          <div className="set-fields">
            <TextInput path="unit" label={words.unit} form={numbers} />
            <CatalogueFields part="" fields={NUMBER_BOUNDS} form={numbers} />
          </div>
        )}
      </div>
    </Section>
  );
}

function Choices(props: {
  readonly choices: readonly Choice[];
  readonly error: string | null;
  readonly onChange: (choices: readonly Choice[]) => void;
}) {
  const { choices, onChange } = props;
  const words = strings.question;
  const change = (index: number, part: Partial<Choice>) =>
    onChange(choices.map((choice, at) => (at === index ? { ...choice, ...part } : choice)));
  return (
    <div>
      <div className="set-choices xs t3" aria-hidden="true">
        <span>{words.value}</span>
        <span>{words.shown}</span>
        <span>{words.key}</span>
        <span />
      </div>
      <ul className="set-choice-list">
        {choices.map((choice, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the place of an answer is what it is
          <li key={index} className="set-choices">
            <Input
              aria-label={`${words.value} ${index + 1}`}
              value={choice.value}
              maxLength={120}
              onChange={(event) => change(index, { value: event.target.value })}
            />
            <Input
              aria-label={`${words.shown} ${index + 1}`}
              value={choice.title ?? ''}
              placeholder={choice.value}
              maxLength={120}
              onChange={(event) => change(index, { title: event.target.value })}
            />
            <Input
              aria-label={`${words.key} ${index + 1}`}
              className="mono"
              value={choice.key ?? ''}
              maxLength={1}
              onChange={(event) => change(index, { key: event.target.value })}
            />
            <Button
              kind="quiet"
              size="square"
              aria-label={words.remove(choice.value)}
              onClick={() => onChange(choices.filter((_, at) => at !== index))}
            >
              <Icon name="close" />
            </Button>
          </li>
        ))}
      </ul>
      {props.error === null ? null : (
        <p className="set-error xs">
          <Icon name="warning" />
          {props.error}
        </p>
      )}
      <Button kind="quiet" onClick={() => onChange([...choices, { value: '' }])}>
        <Icon name="plus" />
        {words.add}
      </Button>
    </div>
  );
}
