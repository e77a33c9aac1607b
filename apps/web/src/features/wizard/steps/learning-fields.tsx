'use client';

import { useState } from 'react';
import { PosteriorFields } from '@/features/settings/posterior-fields';
import { PosteriorSelect } from '@/features/settings/posterior-select';
import { ShardFields } from '@/features/settings/shard-fields';
import { strings } from '../strings';
import styles from '../wizard.module.css';
import type { LearningDraft } from '../wizard-types';

const words = strings.learning;

/** What most projects leave as it is: how weights are uncertain, and how mean field learns apart or from round to round. */
export function LearningFields(props: {
  readonly learning: LearningDraft;
  readonly problems: Readonly<Record<string, string>>;
  readonly onChange: (learning: LearningDraft) => void;
}) {
  const { learning, problems, onChange } = props;
  const { kinds, draft } = learning;
  const setKinds = (next: LearningDraft['kinds']) => onChange({ ...learning, kinds: next });
  const field = {
    draft,
    errors: problems,
    onChange: (next: LearningDraft['draft']) => onChange({ ...learning, draft: next }),
  };
  const hasProblem = Object.keys(problems).length > 0;
  const [open, setOpen] = useState(false);
  return (
    <details
      className={styles.more}
      open={open || hasProblem}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>{words.title}</summary>
      <p className="cap">{words.hint}</p>
      <div className="set-fields">
        <PosteriorSelect kinds={kinds} onChange={setKinds} problem={problems.posterior} />
        <PosteriorFields kinds={kinds} onChange={setKinds} field={field} />
        {kinds.posterior === 'mean-field' ? (
          <ShardFields kinds={kinds} onChange={setKinds} field={field} />
        ) : null}
      </div>
    </details>
  );
}
