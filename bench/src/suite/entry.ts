import type { Bench, Options } from '../framework/bench.js';

export const VERSIONS = ['short', 'long'] as const;
export type Version = (typeof VERSIONS)[number];

/** Stands for a source where a figure is set beside what the product aims at. */
export const AIM = 'aim of the product, not a publication';

/** One number of a result, beside what was published. */
export type Figure = {
  readonly what: string;
  readonly ours: string;
  readonly published?: { readonly value: string; readonly source: string };
  /** Where the two differ: in what, and why as far as is known. */
  readonly remark?: string;
};

/**
 * A bench as part of the suite. To add one: write a file beside the others in `entries/` and a line
 * in `entries.ts`.
 */
export type SuiteEntry = {
  /** Names the result file; unique. */
  readonly name: string;
  readonly title: string;
  readonly bench: Bench;
  /**
   * Options of each version beside the defaults of the bench; `data` turns a path below --data into
   * a whole one.
   */
  readonly options: (data: (path: string) => string) => Readonly<Record<Version, Options>>;
  /** What was simplified against the publication, by version: one sentence each. */
  readonly protocol: Readonly<Record<Version, string>>;
  /** Picks figures out of what the bench wrote. */
  readonly figures: (result: Readonly<Record<string, unknown>>) => readonly Figure[];
  /**
   * Seconds of all calls together, for benches that keep them; else those of the last call are
   * shown.
   */
  readonly seconds?: (result: Readonly<Record<string, unknown>>) => number;
  /** Whether the result has a Markdown table of its own in `table`, and a picture beside it. */
  readonly hasTable?: true;
  readonly hasPicture?: true;
};

/** Sum of some fields over rows of a result. */
export const sumOf = (
  rows: readonly Readonly<Record<string, unknown>>[],
  ...fields: readonly string[]
): number =>
  rows.reduce((sum, row) => fields.reduce((part, name) => part + Number(row[name]), sum), 0);
