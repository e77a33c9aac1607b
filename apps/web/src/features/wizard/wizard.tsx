'use client';

import { type FormEvent, useEffect, useRef, useState } from 'react';
import { Icon } from '@/components/icons/icon';
import { PersonMenu } from '@/components/shell/person-menu';
import { ThemeSwitch } from '@/components/shell/theme-switch';
import { SkipLink, TopBar } from '@/components/shell/top-bar';
import { Button, ButtonLink } from '@/components/ui/button';
import { useSession } from '@/lib/session';
import { PreviewCard } from './preview-card';
import { folderAnswers } from './source/summarise-zip';
import { AnswersStep } from './steps/answers-step';
import { ColumnsStep } from './steps/columns-step';
import { FileLine } from './steps/file-line';
import { FileStep } from './steps/file-step';
import { FoldersStep } from './steps/folders-step';
import { ImportStep } from './steps/import-step';
import { useImport } from './steps/use-import';
import { strings } from './strings';
import { columnWith, draftProblems, rolesOf, rolesProblem, suggestAnswers } from './suggest';
import styles from './wizard.module.css';
import type { AnswersDraft, Roles, Source } from './wizard-types';

const STEPS = ['file', 'columns', 'answers'] as const;
type Step = (typeof STEPS)[number];
type Chosen = { source: Source; roles: Roles; draft: AnswersDraft };

/** New project: file, columns, answers; then the first item to label. */
export function Wizard() {
  const { workspaceId, theme } = useSession();
  const [step, setStep] = useState<Step>('file');
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [tried, setTried] = useState(false);
  const { state, run, leave } = useImport(workspaceId);

  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    // Enter goes on to the next step also when nothing has the focus.
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Enter' && event.target === document.body) form.current?.requestSubmit();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);

  const choose = (source: Source) => {
    const roles = rolesOf(source);
    setChosen({ source, roles, draft: suggestAnswers(source, roles) });
    setTried(false);
    setStep('columns');
  };
  const rolesBad = chosen === null ? null : rolesProblem(chosen.source, chosen.roles);
  const problems = chosen === null ? {} : draftProblems(chosen.draft);
  const next = (event: FormEvent) => {
    event.preventDefault();
    if (chosen === null || state.kind !== 'idle') return;
    setTried(true);
    if (step === 'columns' && rolesBad === null) {
      setTried(false);
      setStep('answers');
    } else if (step === 'answers' && Object.keys(problems).length === 0) {
      void run(chosen.source, chosen.roles, chosen.draft);
    }
  };
  const setRoles = (roles: Roles) => {
    if (chosen === null) return;
    const before = columnWith(chosen.source, chosen.roles, 'answer')?.name;
    const after = columnWith(chosen.source, roles, 'answer')?.name;
    // Another column of answers means other answers; what was written by hand stays otherwise.
    const draft =
      before === after
        ? chosen.draft
        : {
            ...suggestAnswers(chosen.source, roles),
            name: chosen.draft.name,
            learning: chosen.draft.learning,
          };
    setChosen({ ...chosen, roles, draft });
  };

  return (
    <>
      <SkipLink />
      <TopBar>
        <PersonMenu />
        <ThemeSwitch initial={theme} />
      </TopBar>
      <main className={`main ${styles.page}`} id="main" tabIndex={-1}>
        <form ref={form} className={`panel ${styles.wiz}`} onSubmit={next} noValidate>
          <Head step={step} importing={state.kind !== 'idle'} />
          {state.kind !== 'idle' && chosen !== null && (
            <ImportStep
              state={state}
              fileName={chosen.source.file.name}
              onAgain={() => void run(chosen.source, chosen.roles, chosen.draft)}
              onBack={leave}
            />
          )}
          {state.kind === 'idle' && (step === 'file' || chosen === null) && (
            <>
              <FileStep workspaceId={workspaceId} onSource={choose} />
              <div className={styles.foot}>
                <ButtonLink href="/">{strings.cancel}</ButtonLink>
              </div>
            </>
          )}
          {state.kind === 'idle' && step !== 'file' && chosen !== null && (
            <>
              <div className={styles.grid}>
                <div className={styles.body}>
                  <FileLine source={chosen.source} onOther={() => setStep('file')} />
                  {step === 'columns' && chosen.source.kind === 'zip' && (
                    <FoldersStep zip={chosen.source.zip} />
                  )}
                  {step === 'columns' && chosen.source.kind !== 'zip' && (
                    <ColumnsStep
                      source={chosen.source}
                      roles={chosen.roles}
                      problem={tried ? rolesBad : null}
                      onRoles={setRoles}
                    />
                  )}
                  {step === 'answers' && (
                    <AnswersStep
                      draft={chosen.draft}
                      problems={tried ? problems : {}}
                      hasKnown={hasKnownAnswers(chosen)}
                      onDraft={(draft) => setChosen({ ...chosen, draft })}
                    />
                  )}
                </div>
                <PreviewCard {...chosen} />
              </div>
              <div className={styles.foot}>
                <Button onClick={() => setStep(step === 'answers' ? 'columns' : 'file')}>
                  {strings.back}
                </Button>
                <span className="grow" />
                <Button type="submit" kind="primary">
                  {step === 'columns' ? strings.columns.next : strings.answers.make}
                  <kbd>↵</kbd>
                </Button>
              </div>
            </>
          )}
        </form>
      </main>
    </>
  );
}

function hasKnownAnswers({ source, roles }: Chosen): boolean {
  if (source.kind === 'zip') return folderAnswers(source.zip).length > 0;
  return columnWith(source, roles, 'answer') !== null;
}

function Head({ step, importing }: { step: Step; importing: boolean }) {
  const at = importing ? STEPS.length : STEPS.indexOf(step);
  return (
    <div className={styles.head}>
      <h1>{strings.title}</h1>
      <ol className={styles.steps}>
        {STEPS.map((each, place) => (
          <li
            key={each}
            className={place < at ? styles.done : place === at ? styles.cur : undefined}
            aria-current={place === at ? 'step' : undefined}
          >
            {place < at ? <Icon name="check" /> : <b>{place + 1}</b>}
            {strings.steps[each]}
          </li>
        ))}
      </ol>
      <span className={`t3 xs wide-only ${styles.aside}`}>{strings.defaults}</span>
    </div>
  );
}
