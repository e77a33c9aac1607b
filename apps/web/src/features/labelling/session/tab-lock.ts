/** A lock that only one tab of this browser holds. */
export type TabLock = {
  /** Takes it from the tab that has it. */
  steal: () => void;
  release: () => void;
};

type Options = { name: string; onGained: () => void; onLost: () => void; onElsewhere: () => void };

/** After a reload the old page may hold the lock for a moment. */
const GRACE_MS = 400;

/**
 * Asks for the lock and waits for it: `onElsewhere` when another tab has it, `onGained` when it is
 * ours, `onLost` when another tab took it. Where the browser has no locks (plain http), it is ours.
 */
export function holdTabLock({ name, onGained, onLost, onElsewhere }: Options): TabLock {
  if (!('locks' in navigator)) {
    onGained();
    return { steal: () => undefined, release: () => undefined };
  }
  let letGo: (() => void) | null = null;
  let released = false;
  let waiting = new AbortController();

  const hold = () => {
    if (released) return Promise.resolve();
    onGained();
    return new Promise<void>((resolve) => {
      letGo = resolve;
    });
  };
  const wait = () => {
    waiting = new AbortController();
    const late = setTimeout(() => !released && letGo === null && onElsewhere(), GRACE_MS);
    const gained = () => {
      clearTimeout(late);
      return hold();
    };
    navigator.locks.request(name, { signal: waiting.signal }, gained).catch(() => {
      clearTimeout(late);
      lose();
    });
  };
  // The promise of a lock is refused when another tab steals it, or when we stopped waiting.
  const lose = () => {
    if (released || letGo === null) return;
    letGo = null;
    onLost();
    wait();
  };
  wait();
  return {
    steal: () => {
      waiting.abort();
      navigator.locks.request(name, { steal: true }, hold).catch(lose);
    },
    release: () => {
      released = true;
      waiting.abort();
      letGo?.();
    },
  };
}
