'use client';

import { useCallback, useEffect, useState } from 'react';

/**
 * A choice of this person in this browser; where nothing can be kept it lives as long as the page.
 */
export function usePreference(
  name: string,
  initial: boolean,
): readonly [boolean, (value: boolean) => void] {
  const [value, setValue] = useState(initial);
  const key = `dubio-${name}`;
  useEffect(() => {
    try {
      const kept = localStorage.getItem(key);
      if (kept !== null) setValue(kept === 'on');
    } catch {
      // Storage is refused: the initial value holds.
    }
  }, [key]);
  const change = useCallback(
    (next: boolean) => {
      setValue(next);
      try {
        localStorage.setItem(key, next ? 'on' : 'off');
      } catch {
        // Storage is refused: the choice lives as long as the page.
      }
    },
    [key],
  );
  return [value, change];
}
