import { z } from 'zod';

/** What a row of a training set is used for; a row may have several uses. */
export const PART = { train: 1, validation: 2, heldOut: 4, control: 8 } as const;
export type Part = keyof typeof PART;

/** The labels of a round, fixed once: a second run sees the same rows whatever is labelled meanwhile. */
export const TrainingSet = z.object({
  version: z.literal(1),
  kind: z.enum(['class', 'number']),
  /** Values by class index; empty for numbers. */
  classes: z.array(z.string()),
  heldOutSource: z.enum(['test', 'validation', 'control', 'none']),
  ordinals: z.array(z.int().min(0)),
  /** Class indexes or numbers. */
  targets: z.array(z.number()),
  /** Sums of PART values. */
  parts: z.array(z.int().min(0).max(15)),
});
export type TrainingSet = z.infer<typeof TrainingSet>;

export type Rows = { readonly ordinals: Int32Array; readonly targets: Float64Array };

/** The rows of one use, in order of their ordinals. */
export function rowsOf(set: TrainingSet, part: Part): Rows {
  const places = set.parts.flatMap((uses, i) => ((uses & PART[part]) !== 0 ? [i] : []));
  return {
    ordinals: Int32Array.from(places, (i) => set.ordinals[i]!),
    targets: Float64Array.from(places, (i) => set.targets[i]!),
  };
}

export const encodeTrainingSet = (set: TrainingSet): Uint8Array =>
  new TextEncoder().encode(JSON.stringify(set));

export const decodeTrainingSet = (bytes: Uint8Array): TrainingSet =>
  TrainingSet.parse(JSON.parse(new TextDecoder().decode(bytes)));
