/**
 * What one upload, and one item, may cost a worker. Each limit is met with a sentence that names
 * the file, the row or entry, the limit, and what to do; what was good before it stays in.
 * @see docs/decisions/0175
 */

const MEBIBYTE = 1024 ** 2;
const GIBIBYTE = 1024 ** 3;

/** Rows of one file, good and bad. */
export const MOST_ROWS = 5_000_000;
/** Rows of one file that cannot be taken; behind so many, the file is not what it should be. */
export const MOST_BAD_ROWS = 100_000;
/** Beyond so many, rows that cannot be taken are counted and not listed. */
export const MOST_LISTED_PROBLEMS = 10_000;
/** Cells of one row. */
export const MOST_COLUMNS = 5_000;
/** Features of one item: a shard of 4,096 items takes 256 MiB of them. */
export const MOST_FEATURES = 16_384;
/** Characters of one row of CSV, and bytes of one line of JSONL. */
export const MOST_ROW_LENGTH = 4 * MEBIBYTE;

/** Bytes that a gzipped file may unpack to. */
export const MOST_UNPACKED_BYTES = 64 * GIBIBYTE;
/** What unpacks to more than so many times its size is made to fill a disk. */
export const MOST_RATIO = 200;
/** Small files of one letter pack better than that, and harm nobody. */
export const RATIO_FREE_BYTES = 64 * MEBIBYTE;

/** Files of one zip. */
export const MOST_ENTRIES = 200_000;
export const MOST_ENTRY_BYTES = 64 * MEBIBYTE;
/** A picture is compressed already. */
export const ENTRY_RATIO_FREE_BYTES = MEBIBYTE;
/** Bytes of one record of IDX. */
export const MOST_RECORD_BYTES = 64 * MEBIBYTE;

/**
 * Bytes of one decoded picture: 64 megapixels of four channels of a byte, half as many of two
 * bytes. So much is decoded at a time, too.
 */
export const MOST_DECODED_BYTES = 256 * MEBIBYTE;

/** Bytes of rows, or of pictures as they came, that are held until they are written together. */
export const BATCH_BYTES = 32 * MEBIBYTE;

/** A project that keeps a place while others wait gives it up after so long. */
export const TURN_MS = 15_000;

/** Counts as people read them. */
export const inWords = (count: number): string => count.toLocaleString('en');
export const bytesInWords = (bytes: number): string =>
  bytes >= GIBIBYTE ? `${bytes / GIBIBYTE} GiB` : `${bytes / MEBIBYTE} MiB`;
