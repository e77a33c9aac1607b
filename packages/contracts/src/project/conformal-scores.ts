import { z } from 'zod';

/**
 * Sorted little-endian float32 numbers in base64: how strange the true answers of some rows were to
 * a model.
 */
const Scores = z.base64();

const ScoreLists = z.object({
  /** Of the rows that limits are learned from. */
  calibration: Scores,
  /** Of other rows, on which coverage is measured: the share of them within a limit. */
  measured: Scores,
});
export type ScoreLists = z.infer<typeof ScoreLists>;

/**
 * What later sets and intervals of any coverage are made from, of each field of the label schema in
 * order. `split` of a choice is 1 - p of the true answer, `adaptive` the sum of all probabilities
 * from that of the true answer up; `split` of a number its distance in standard deviations. Null
 * where a field has no such sets.
 * @see docs/decisions/0152
 */
export const ConformalScores = z.object({
  fields: z.array(
    z.object({
      split: ScoreLists.nullable(),
      adaptive: ScoreLists.nullable(),
    }),
  ),
});
export type ConformalScores = z.infer<typeof ConformalScores>;
