'use client';

import { useState } from 'react';
import type { Draft, Form } from '@/features/settings/form/draft';
import {
  PartitionFields,
  PosteriorFields,
  PosteriorSelect,
} from '@/features/settings/posterior-part';
import { strings } from '../strings';
import styles from '../wizard.module.css';

const words = strings.learning;

/**
 * What most projects leave as it is: how weights are uncertain, and how rounds learn apart or one
 * after another.
 */
export function LearningFields(props: {
  readonly learning: Draft;
  readonly problems: Form['errors'];
  readonly onChange: (learning: Draft) => void;
}) {
  const { learning, problems, onChange } = props;
  const form = { draft: learning, errors: problems, onChange };
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
        <PosteriorSelect form={form} />
        <PosteriorFields form={form} />
        <PartitionFields form={form} />
      </div>
    </details>
  );
}
