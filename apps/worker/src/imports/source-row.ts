import type { Cell } from '../features/item-content.js';

/** A row as a reader found it: named cells, or the bytes of a picture. */
export type SourceRow = {
  readonly kind: 'row';
  /** Line of the file, or number of the record, from 1. */
  readonly line: number;
  readonly cells: Readonly<Record<string, Cell>>;
  readonly picture?: SourcePicture;
  /** The row's own name where the format has one, such as the path inside a zip. */
  readonly name?: string;
};

/** A picture as uploaded: an encoded file, or the raw pixels of an IDX record. */
export type SourcePicture =
  | { readonly encoding: 'file'; readonly bytes: Uint8Array }
  | {
      readonly encoding: 'raw';
      readonly bytes: Uint8Array;
      readonly width: number;
      readonly height: number;
      readonly channels: 1 | 3;
    };

/** A row that cannot be taken, with the reason for people. */
export type RowProblem = {
  readonly kind: 'problem';
  readonly line: number;
  readonly field: string | null;
  readonly reason: string;
  readonly sample: string | null;
};

export type SourceRecord = SourceRow | RowProblem;

/** What a reader yields: records in file order, and how many source bytes they have used up. */
export type RecordReader = {
  readonly records: AsyncIterable<SourceRecord>;
  bytesDone(): number;
};

const SAMPLE_LENGTH = 120;

/** The start of a value, short enough to be shown in a list of problems. */
export const sampleOf = (value: string): string =>
  value.length <= SAMPLE_LENGTH ? value : `${value.slice(0, SAMPLE_LENGTH - 1)}…`;

export const problem = (
  line: number,
  field: string | null,
  reason: string,
  sample: string | null = null,
): RowProblem => ({
  kind: 'problem',
  line,
  field,
  reason,
  sample: sample === null ? null : sampleOf(sample),
});

/** The whole file cannot be read; nothing of it is taken from here on. */
export class UnreadableSourceError extends Error {
  override readonly name = 'UnreadableSourceError';
}

/**
 * The file costs more than one may (`budgets/budgets.ts`); what came before stays in. Whoever catches it
 * names the file and the row.
 */
export class OverBudgetError extends UnreadableSourceError {}
