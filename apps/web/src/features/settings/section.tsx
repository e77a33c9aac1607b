'use client';

import type { ReactNode } from 'react';
import { Button } from '@/components/ui/button';
import { Panel } from '@/components/ui/panel';
import './settings.css';
import { strings } from './strings';

/** A part of the settings with its own button: saved together or not at all. */
export function Section(props: {
  readonly id: string;
  readonly title: string;
  readonly meta?: ReactNode;
  readonly changed: boolean;
  readonly saving: boolean;
  readonly onSave: () => void;
  readonly onUndo: () => void;
  readonly children: ReactNode;
}) {
  return (
    <Panel id={props.id} title={props.title} meta={props.meta} className="set-section">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          props.onSave();
        }}
      >
        {props.children}
        <div className="row wrap set-foot">
          <Button type="submit" disabled={!props.changed} working={props.saving}>
            {strings.save}
          </Button>
          {props.changed ? (
            <Button kind="quiet" onClick={props.onUndo}>
              {strings.undo}
            </Button>
          ) : null}
        </div>
      </form>
    </Panel>
  );
}

/** Two values are the same when they are written the same. */
export const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
