import { Sequence, stream } from '@dubio/bayes-core';

/** What may happen to the product while people work with it. */
export const FAULTS = [
  'api',
  'worker',
  'web',
  'compute',
  'postmaster',
  'backend',
  'launcher',
  'pause-queue',
  'disk',
  'clock',
] as const;
export type FaultKind = (typeof FAULTS)[number];

export type PlannedFault = {
  readonly kind: FaultKind;
  /** Seconds between the one before, or the beginning, and this one. */
  readonly afterSeconds: number;
  /** Seconds that a pause or a full disk lasts. */
  readonly lastsSeconds: number;
  /** Which of several processes of a kind: a share of their list. */
  readonly share: number;
  /** Seconds by which the clock is set forward or back. */
  readonly stepSeconds: number;
};

const LEAST_GAP_SECONDS = 20;
const MOST_GAP_SECONDS = 40;
const LEAST_LASTS_SECONDS = 3;
const MOST_LASTS_SECONDS = 10;
const MOST_STEP_SECONDS = 600;

/** Faults without end, the same for a seed: each kind comes once before any comes again. */
export function* planFaults(
  kinds: readonly FaultKind[],
  seed: number,
): Generator<PlannedFault, never> {
  const draws = new Sequence(stream(seed).split('chaos'));
  const between = (least: number, most: number) => least + draws.uniform() * (most - least);
  let bag: FaultKind[] = [];
  for (;;) {
    if (bag.length === 0) bag = [...kinds];
    const [kind] = bag.splice(draws.below(bag.length), 1);
    yield {
      kind: kind!,
      afterSeconds: between(LEAST_GAP_SECONDS, MOST_GAP_SECONDS),
      lastsSeconds: between(LEAST_LASTS_SECONDS, MOST_LASTS_SECONDS),
      share: draws.uniform(),
      stepSeconds: Math.round(between(-MOST_STEP_SECONDS, MOST_STEP_SECONDS)),
    };
  }
}
