'use client';

import { useEffect, useRef } from 'react';
import { isTyping } from '@/lib/is-typing';

export type LabelActions = {
  undo: () => void;
  skip: () => void;
  flag: () => void;
  note: () => void;
  why: () => void;
  help: () => void;
  zoom: (step: 1 | -1) => void;
  /** The answer with this key, if there is one. */
  answerKey: (key: string) => boolean;
};

/** Whether keys rest: a field or a dialog has them, or they belong to the browser. */
function rests(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return true;
  return isTyping(event.target) || document.querySelector('[role="dialog"]') !== null;
}

const hasOwnEnter = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('button, a, summary') !== null;

function take(event: KeyboardEvent, actions: LabelActions): boolean {
  const key = event.key.toLowerCase();
  if (key === '?') actions.help();
  else if (key === '+' || key === '=') actions.zoom(1);
  else if (key === '-') actions.zoom(-1);
  // A key held down would answer one item after another.
  else if (key === 'z') actions.undo();
  else if (event.repeat) return false;
  // Enter belongs to what has the focus: a button, a link.
  else if (key === 'enter' && hasOwnEnter(event.target)) return false;
  else if (key === 's') actions.skip();
  else if (key === 'f') actions.flag();
  else if (key === 'n') actions.note();
  else if (key === 'w') actions.why();
  else return actions.answerKey(key);
  return true;
}

/** One key, one act. `enabled` is off when the person has switched single keys off. */
export function useLabelKeys(actions: LabelActions, enabled: boolean): void {
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (rests(event) || (!enabled && event.key !== '?')) return;
      if (take(event, latest.current)) event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [enabled]);
}
