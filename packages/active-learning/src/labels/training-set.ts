import { z } from 'zod';
import { upgradeTrainingSet } from './upgrade-training-set.js';

/** What a row of a training set is used for; a row may have several uses. */
export const PART = { train: 1, validation: 2, heldOut: 4, control: 8, activeTest: 16 } as const;
export type Part = keyof typeof PART;

const AskedKind = z.enum(['class', 'choices', 'number']);

/** One question, and the values it may be answered with; none for numbers. */
export const AskedField = z.object({
  name: z.string(),
  kind: AskedKind,
  classes: z.array(z.string()),
});
export type AskedField = z.infer<typeof AskedField>;

/**
 * The labels of a round, fixed once: a second run sees the same rows whatever is labelled
 * meanwhile.
 */
export const TrainingSet = z.object({
  version: z.literal(1),
  /** Of the first field. */
  kind: AskedKind,
  /** Its values by class index; empty for numbers. */
  classes: z.array(z.string()),
  /** All fields, where there are several; they share the targets, see `targetWidth`. */
  fields: z.array(AskedField).default([]),
  heldOutSource: z.enum(['test', 'validation', 'control', 'none']),
  ordinals: z.array(z.int().min(0)),
  /** Class indexes, numbers, or 0 and 1 for each choice; item by item, field by field. */
  targets: z.array(z.number()),
  /** Sums of PART values. */
  parts: z.array(z.int().min(0).max(31)),
  /**
   * The posterior that is the prior of this round, and the rows that it has counted; they have no
   * part to train.
   */
  prior: z
    .object({ artifactKey: z.string(), roundId: z.string(), counted: z.array(z.int().min(0)) })
    .nullable()
    .default(null),
  /**
   * What each label counts, by the chances of the draws (`lureWeightsOfLabels`); none where all
   * count alike.
   */
  weights: z.array(z.number().gt(0)).default([]),
  /** Items that the labels were chosen among, these included; 0 where that was not kept. */
  poolRows: z.int().min(0).default(0),
  /** Whether training goes by the weights. */
  trainWithLureWeights: z.boolean().default(false),
  /**
   * What each active-test item counts in an estimate (`lureWeightsOfDraws`), in order of the
   * ordinals, and the items they stand for.
   */
  activeTest: z
    .object({ weights: z.array(z.number().gt(0)), poolRows: z.int().min(0) })
    .nullable()
    .default(null),
});
export type TrainingSet = z.infer<typeof TrainingSet>;

export type Rows = { readonly ordinals: Int32Array; readonly targets: Float64Array };

/** What is asked about an item: the first field, and all of them where there are several. */
export type AskedFields = Pick<TrainingSet, 'kind' | 'classes' | 'fields'>;

/** Everything that is asked about an item, in order. */
export function askedFields({ kind, classes, fields }: AskedFields): readonly AskedField[] {
  return fields.length > 0 ? fields : [{ name: '', kind, classes }];
}

/** How many targets an item has for one field. */
export const targetWidth = ({ kind, classes }: Pick<AskedField, 'kind' | 'classes'>): number =>
  kind === 'choices' ? classes.length : 1;

export const rowWidth = (asked: AskedFields): number =>
  askedFields(asked).reduce((sum, field) => sum + targetWidth(field), 0);

/** The rows of one use, in order of their ordinals. */
export function rowsOf(set: TrainingSet, part: Part): Rows {
  const places = set.parts.flatMap((uses, i) => ((uses & PART[part]) !== 0 ? [i] : []));
  const width = rowWidth(set);
  return {
    ordinals: Int32Array.from(places, (i) => set.ordinals[i]!),
    targets: Float64Array.from(
      places.flatMap((i) => set.targets.slice(i * width, (i + 1) * width)),
    ),
  };
}

/** What the rows of one use count, in order of their ordinals; null where all count alike. */
export function weightsOf(set: TrainingSet, part: Part): Float64Array | null {
  if (set.weights.length === 0) return null;
  const own = set.weights.filter((_, i) => (set.parts[i]! & PART[part]) !== 0);
  return own.some((weight) => weight !== own[0]) ? Float64Array.from(own) : null;
}

/** What these rows count, by their ordinals; undefined where nothing has LURE weights. */
export function weightsAt(set: TrainingSet, ordinals: Int32Array): Float64Array | undefined {
  if (set.weights.length === 0) return undefined;
  const weightOf = new Map(set.ordinals.map((ordinal, i) => [ordinal, set.weights[i]!]));
  return Float64Array.from(ordinals, (ordinal) => weightOf.get(ordinal)!);
}

/** The targets of each field apart, [rows x its width]. */
export function fieldTargets(asked: AskedFields, targets: ArrayLike<number>): Float64Array[] {
  const all = rowWidth(asked);
  let start = 0;
  return askedFields(asked).map((field) => {
    const width = targetWidth(field);
    const own = new Float64Array((targets.length / all) * width);
    for (let i = 0; i < own.length; i++)
      own[i] = targets[Math.floor(i / width) * all + start + (i % width)]!;
    start += width;
    return own;
  });
}

/** The same labels, as if only this field had been asked. */
export function onlyField(set: TrainingSet, index: number): TrainingSet {
  const { kind, classes } = askedFields(set)[index]!;
  const targets = Array.from(fieldTargets(set, set.targets)[index]!);
  return { ...set, kind, classes, fields: [], targets };
}

export const encodeTrainingSet = (set: TrainingSet): Uint8Array =>
  new TextEncoder().encode(JSON.stringify(set));

export const decodeTrainingSet = (bytes: Uint8Array): TrainingSet =>
  TrainingSet.parse(upgradeTrainingSet(JSON.parse(new TextDecoder().decode(bytes))));
