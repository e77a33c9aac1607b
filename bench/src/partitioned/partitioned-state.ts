import { UsageError } from '../framework/bench.js';
import { findJson, writeJson } from '../framework/files.js';
import type { Quality, RoundPoint } from './run-partitioned.js';

export type PooledResult = Quality & { readonly seed: number; readonly seconds: number };

/** One split, number of partitions, damping and seed. */
export type RunKey = {
  readonly split: string;
  readonly partitions: number;
  readonly damping: number;
  readonly seed: number;
};
export type RunResult = RunKey & { readonly points: readonly RoundPoint[] };

type Stored = {
  readonly protocol: unknown;
  pooled: PooledResult[];
  runs: RunResult[];
  /** The run that is not finished, and its state. */
  open: { readonly key: RunKey; readonly state: string } | null;
};

/**
 * All that has been measured, on disk after every round; the same command goes on where it was
 * stopped.
 */
export class PartitionedBenchState {
  private readonly file: string;
  private readonly stored: Stored;

  constructor(out: string, protocol: unknown) {
    this.file = `${out.replace(/\.json$/, '')}.state.json`;
    const found = findJson(this.file) as Stored | undefined;
    if (found && JSON.stringify(found.protocol) !== JSON.stringify(protocol))
      throw new UsageError(
        `${this.file} belongs to a run with other settings. Repeat its settings to go on, or choose another --out.`,
      );
    this.stored = found ?? { protocol, pooled: [], runs: [], open: null };
  }

  get pooled(): readonly PooledResult[] {
    return this.stored.pooled;
  }

  get runs(): readonly RunResult[] {
    return this.stored.runs;
  }

  addPooled(result: PooledResult): void {
    this.stored.pooled.push(result);
    this.write();
  }

  find(key: RunKey): RunResult | undefined {
    return this.stored.runs.find((run) => nameOf(run) === nameOf(key));
  }

  /** State of a run that was begun; null when it begins now. */
  stateOf(key: RunKey): Uint8Array | null {
    const { open } = this.stored;
    return open && nameOf(open.key) === nameOf(key) ? Buffer.from(open.state, 'base64') : null;
  }

  addRound(key: RunKey, point: RoundPoint, state: Uint8Array): void {
    const before = this.stateOf(key) ? (this.find(key)?.points ?? []) : [];
    this.stored.runs = this.stored.runs.filter((run) => nameOf(run) !== nameOf(key));
    this.stored.runs.push({ ...key, points: [...before, point] });
    this.stored.open = { key, state: Buffer.from(state).toString('base64') };
    this.write();
  }

  private write(): void {
    writeJson(this.file, this.stored);
  }
}

const nameOf = ({ split, partitions, damping, seed }: RunKey): string =>
  `${split} ${partitions} ${damping} ${seed}`;
