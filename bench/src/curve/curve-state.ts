import { UsageError } from '../framework/bench.js';
import { findJson, writeJson } from '../framework/files.js';
import type { Protocol } from './protocol.js';

/** One trained model on the curve. */
export type CurvePoint = {
  readonly labels: number;
  readonly accuracy: number;
  readonly nllNats: number;
  readonly epochs: number;
  readonly trainSeconds: number;
  readonly scoreSeconds: number;
  readonly acquireSeconds: number;
  /** BatchBALD: what an item left out by the bound could have added more, at most. */
  readonly missedAtMostNats?: number;
};

/**
 * One rule with one seed. `acquired` are positions in the pool, in the order they were labelled.
 */
export type CurveRun = {
  readonly rule: string;
  readonly seed: number;
  readonly acquired: readonly number[];
  readonly points: readonly CurvePoint[];
};

/** All runs so far, on disk after every round. */
export class CurveState {
  readonly runs = new Map<string, CurveRun>();
  private readonly file: string;

  constructor(
    out: string,
    private readonly protocol: Protocol,
  ) {
    this.file = `${out.replace(/\.json$/, '')}.state.json`;
    const stored = findJson(this.file) as { protocol: unknown; runs: CurveRun[] } | undefined;
    if (!stored) return;
    if (JSON.stringify(identity(stored.protocol)) !== JSON.stringify(identity(protocol)))
      throw new UsageError(
        `${this.file} belongs to a run with other settings. Repeat its settings to go on, or choose another --out.`,
      );
    for (const run of stored.runs) this.runs.set(keyOf(run.rule, run.seed), run);
  }

  find(rule: string, seed: number): CurveRun | undefined {
    return this.runs.get(keyOf(rule, seed));
  }

  save(run: CurveRun): void {
    this.runs.set(keyOf(run.rule, run.seed), run);
    writeJson(this.file, { protocol: this.protocol, runs: [...this.runs.values()] });
  }
}

const keyOf = (rule: string, seed: number): string => `${rule} ${seed}`;

/** More rules, seeds or labels may be asked for later; the rest must stay. */
function identity(protocol: unknown): unknown {
  const rest: Partial<Record<keyof Protocol, unknown>> = { ...(protocol as Protocol) };
  for (const key of ['rules', 'seeds', 'labels', 'stopAt'] as const) delete rest[key];
  return rest;
}
