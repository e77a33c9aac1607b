import { quantile } from '../framework/statistics.js';
import type { FaultKind } from './fault-plan.js';
import type { Judgement } from './judge.js';

export type FaultRecord = {
  readonly kind: FaultKind;
  readonly what: string;
  /** Seconds since the beginning. */
  readonly atSeconds: number;
  /** Until what was hit works and a label is stored again; null when that did not come about. */
  readonly recoveredSeconds: number | null;
};

export type Recovery = {
  readonly kind: FaultKind;
  readonly faults: number;
  readonly recovered: number;
  readonly p50Seconds: number | null;
  readonly maxSeconds: number | null;
};

export type Verdict = Judgement & {
  readonly doubleLeases: number;
  readonly stuckRounds: number;
  readonly longestStallSeconds: number;
};

/** Seconds after which what does not move counts as stuck. */
export const STUCK_SECONDS = 60;

/** Times to recover of each kind of fault, in order of their names. */
export function recoveries(faults: readonly FaultRecord[]): Recovery[] {
  const kinds = [...new Set(faults.map(({ kind }) => kind))].sort();
  return kinds.map((kind) => {
    const own = faults.filter((fault) => fault.kind === kind);
    const times = own.flatMap(({ recoveredSeconds }) => recoveredSeconds ?? []);
    return {
      kind,
      faults: own.length,
      recovered: times.length,
      p50Seconds: times.length === 0 ? null : quantile(times, 0.5),
      maxSeconds: times.length === 0 ? null : Math.max(...times),
    };
  });
}

const seconds = (value: number | null): string => (value === null ? 'never' : value.toFixed(1));

export const sayRecovery = ({ kind, faults, recovered, p50Seconds, maxSeconds }: Recovery) =>
  `${kind.padEnd(12)} ${recovered} of ${faults} recovered, p50 ${seconds(p50Seconds)} s, max ${seconds(maxSeconds)} s`;

/** The last line of a run. */
export const sayVerdict = (verdict: Verdict): string =>
  `labels acknowledged ${verdict.acknowledged}, stored ${verdict.stored}, ${verdict.lost} lost, ${verdict.doubled} doubled, ${verdict.doubleLeases} double leases, longest stall ${verdict.longestStallSeconds.toFixed(1)} s`;

/** Whether the product held: nothing lost, doubled, leased twice, or still for a minute. */
export const hasHeld = (verdict: Verdict): boolean =>
  verdict.acknowledged > 0 &&
  verdict.lost === 0 &&
  verdict.doubled === 0 &&
  verdict.doubleLeases === 0 &&
  verdict.stuckRounds === 0 &&
  verdict.longestStallSeconds <= STUCK_SECONDS;
