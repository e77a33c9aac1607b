import { readSafetensors, type SafetensorsFile, writeSafetensors } from '@dubio/bayes-core/pure';

/** What is left to know of items whose scores are estimates. */
export type FirstLook = {
  /** Standard error of the score, [rows]. */
  readonly scoreError: Float32Array;
  /**
   * Mean probabilities over the first samples, [rows, classes]; their mean entropy is the aleatoric
   * uncertainty.
   */
  readonly meanProbs: Float32Array;
};

/** Scores of some items of the pool, column by column. */
export type PoolScores = {
  readonly ordinal: Int32Array;
  readonly total: Float32Array;
  readonly aleatoric: Float32Array;
  readonly epistemic: Float32Array;
  /** The rule's own score, greater is wanted more. */
  readonly score: Float32Array;
  /** Where the score is an estimate from the first samples; null where all samples are in. */
  readonly firstLook: FirstLook | null;
  /**
   * Predicted number, 0 for classes. Of several fields, that of the first; so are the next three.
   */
  readonly mean: Float32Array;
  /** Favourite class; -1 for numbers and for several choices. */
  readonly predicted: Int32Array;
  /**
   * [rows, classes] votes of the posterior samples, for each choice where there are several; no
   * columns for numbers.
   */
  readonly votes: Int32Array;
  readonly classes: number;
};

const FLOATS = ['total', 'aleatoric', 'epistemic', 'score', 'mean'] as const;

export function writePoolScores(columns: PoolScores): Uint8Array {
  const rows = columns.ordinal.length;
  const floats = FLOATS.map((name) => [
    name,
    { dtype: 'F32' as const, shape: [rows], data: columns[name] },
  ]);
  return writeSafetensors(
    {
      ...Object.fromEntries(floats),
      ordinal: { dtype: 'I32', shape: [rows], data: columns.ordinal },
      predicted: { dtype: 'I32', shape: [rows], data: columns.predicted },
      votes: { dtype: 'I32', shape: [rows, columns.classes], data: columns.votes },
      ...(columns.firstLook ? lookTensors(columns.firstLook, rows, columns.classes) : {}),
    },
    { format: 'dubio.scores.1' },
  );
}

const lookTensors = ({ scoreError, meanProbs }: FirstLook, rows: number, classes: number) => ({
  scoreError: { dtype: 'F32' as const, shape: [rows], data: scoreError },
  meanProbs: { dtype: 'F32' as const, shape: [rows, classes], data: meanProbs },
});

/** @throws Error naming the column that is missing or of another type */
export function readPoolScores(bytes: Uint8Array): PoolScores {
  const file = readSafetensors(bytes);
  const floats = Object.fromEntries(FLOATS.map((name) => [name, column(file, name, Float32Array)]));
  return {
    ...(floats as Record<(typeof FLOATS)[number], Float32Array>),
    ordinal: column(file, 'ordinal', Int32Array),
    predicted: column(file, 'predicted', Int32Array),
    votes: column(file, 'votes', Int32Array),
    classes: file.tensors.votes?.shape[1] ?? 0,
    firstLook: file.tensors.scoreError
      ? {
          scoreError: column(file, 'scoreError', Float32Array),
          meanProbs: column(file, 'meanProbs', Float32Array),
        }
      : null,
  };
}

function column<T extends Float32Array | Int32Array>(
  file: SafetensorsFile,
  name: string,
  type: new (length: number) => T,
): T {
  const data = file.tensors[name]?.data;
  if (data instanceof type) return data;
  throw new Error(
    `The scores have no column "${name}" of the expected type. Score the shard again.`,
  );
}

/** Joins the scores of shards, in the order given. */
export function joinPoolScores(parts: readonly PoolScores[]): PoolScores {
  const rows = parts.reduce((sum, part) => sum + part.ordinal.length, 0);
  const classes = parts[0]?.classes ?? 0;
  const joined = {
    ordinal: new Int32Array(rows),
    predicted: new Int32Array(rows),
    votes: new Int32Array(rows * classes),
    total: new Float32Array(rows),
    aleatoric: new Float32Array(rows),
    epistemic: new Float32Array(rows),
    score: new Float32Array(rows),
    mean: new Float32Array(rows),
    firstLook: parts.some(({ firstLook }) => firstLook)
      ? { scoreError: new Float32Array(rows), meanProbs: new Float32Array(rows * classes) }
      : null,
    classes,
  };
  let at = 0;
  for (const part of parts) {
    joined.votes.set(part.votes, at * classes);
    joined.ordinal.set(part.ordinal, at);
    joined.predicted.set(part.predicted, at);
    for (const name of FLOATS) joined[name].set(part[name], at);
    if (part.firstLook && joined.firstLook) {
      joined.firstLook.scoreError.set(part.firstLook.scoreError, at);
      joined.firstLook.meanProbs.set(part.firstLook.meanProbs, at * classes);
    }
    at += part.ordinal.length;
  }
  return joined;
}
