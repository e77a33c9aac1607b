import {
  AppError,
  type ConformalScores,
  type LabelSchema,
  type Rate,
  type SetBasis,
  type SetMethod,
  type SetRequest,
} from '@dubio/contracts';
import { unpackScores } from '@dubio/platform';

/** What belongs into the sets of one field: everything whose score is within the limit. */
export type SetLimit = {
  readonly method: SetMethod;
  readonly limit: number;
};

export type SetLimits = {
  readonly basis: readonly SetBasis[];
  /** In the order of the label schema; null where a field has no sets. */
  readonly byField: readonly (SetLimit | null)[];
};

/** Two-sided 95 % quantile of the normal distribution. */
const Z = 1.959963984540054;

/**
 * How far sets must reach to hold the truth in the share of cases asked for: the ceil((n + 1) coverage)-th smallest of the n
 * scores that the round learned (Vovk et al. 2005).
 * @throws AppError model.no-sets
 */
export function setLimits(
  stored: ConformalScores | null,
  { fields }: LabelSchema,
  asked: SetRequest,
): SetLimits {
  const basis: SetBasis[] = [];
  const byField = fields.map(({ name }, k) => {
    const { split = null, adaptive = null } = stored?.fields[k] ?? {};
    const lists = asked.method === 'adaptive' ? (adaptive ?? split) : split;
    if (lists === null) return null;
    const scores = unpackScores(lists.calibration);
    const limit = limitOf(scores, asked.coverage, name);
    const measured = shareWithin(unpackScores(lists.measured), limit);
    basis.push({ ...asked, field: name, calibrationRows: scores.length, measured });
    return { method: asked.method, limit };
  });
  if (basis.length > 0) return { basis, byField };
  throw noSets(
    stored === null
      ? 'this model has no held-out labels that they could be learned from, or is older than sets are; label or import some validation items and start a round'
      : 'they are made for one choice and for numbers, not for several choices',
    { field: 'body.sets', expected: 'none for this model', got: JSON.stringify(asked) },
  );
}

function limitOf(sorted: Float32Array, coverage: number, field: string): number {
  const rows = sorted.length;
  const rank = Math.ceil((rows + 1) * coverage - 1e-9);
  if (rank <= rows) return sorted[rank - 1] ?? 0;
  const least = Math.ceil(coverage / (1 - coverage) - 1e-9);
  throw noSets(
    `a coverage of ${coverage} takes at least ${least} calibration rows, and "${field}" has ${rows}; ask for less, or label more validation items and start a round`,
    {
      field: 'body.sets.coverage',
      expected: rows === 0 ? 'a model with calibration rows' : `at most ${rows}/${rows + 1}`,
      got: String(coverage),
    },
  );
}

const noSets = (reason: string, problem: { field: string; expected: string; got: string }) =>
  new AppError('model.no-sets', `No sets: ${reason}.`, { fields: [problem] });

/** The share of scores within a limit, with a Wilson interval. */
function shareWithin(sorted: Float32Array, limit: number): Rate | null {
  const count = sorted.length;
  if (count === 0) return null;
  const value = sorted.filter((score) => score <= limit).length / count;
  const spread = 1 + Z ** 2 / count;
  const middle = (value + Z ** 2 / (2 * count)) / spread;
  const half = (Z * Math.sqrt((value * (1 - value)) / count + Z ** 2 / (4 * count ** 2))) / spread;
  return { value, low: Math.max(0, middle - half), high: Math.min(1, middle + half), count };
}
