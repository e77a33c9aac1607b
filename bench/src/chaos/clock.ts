import { existsSync, writeFileSync } from 'node:fs';

const LIBRARIES = [
  '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1',
  '/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1',
  '/usr/lib/faketime/libfaketimeMT.so.1',
];

/** A clock of the product's own, which can be set while it runs. */
export type ProductClock = {
  /** Why the clock cannot be set, or null. */
  readonly why: string | null;
  readonly environment: Readonly<Record<string, string>>;
  /** Sets the wall clock of every process to so many seconds beside the true time. */
  set(offsetSeconds: number): void;
};

/**
 * libfaketime under every process of the product, read anew each second; timers stay
 * true.
 */
export function makeProductClock(file: string, wanted: boolean): ProductClock {
  const library = LIBRARIES.find((one) => existsSync(one));
  if (!wanted || library === undefined) {
    const why = wanted
      ? 'libfaketime is not installed (apt-get install faketime)'
      : 'not asked for';
    return { why, environment: {}, set: () => {} };
  }
  const set = (offsetSeconds: number) =>
    writeFileSync(file, `${offsetSeconds < 0 ? '' : '+'}${offsetSeconds}s\n`, { mode: 0o644 });
  set(0);
  return {
    why: null,
    environment: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_CACHE_DURATION: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      FAKETIME_DISABLE_SHM: '1',
    },
    set,
  };
}
