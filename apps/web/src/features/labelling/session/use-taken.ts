'use client';

import { useCallback, useEffect, useRef, useState } from 'react';

/** As long as --motion-key: the answer is inverted to show that its key was taken. */
const SHOWN_MS = 80;

/** The answer that was given a moment ago. */
export function useTaken(): { taken: string | null; take: (value: string) => void } {
  const [taken, setTaken] = useState<string | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const take = useCallback((value: string) => {
    if (timer.current !== null) clearTimeout(timer.current);
    setTaken(value);
    timer.current = setTimeout(() => setTaken(null), SHOWN_MS);
  }, []);
  useEffect(
    () => () => {
      if (timer.current !== null) clearTimeout(timer.current);
    },
    [],
  );
  return { taken, take };
}
