import {
  conformalLimit,
  coverageWithin,
  leastCalibrationRows,
  type SetLimit,
  unpackScores,
} from '@dubio/active-learning';
import {
  AppError,
  type ConformalScores,
  type LabelSchema,
  type SetBasis,
  type SetRequest,
} from '@dubio/contracts';

export type SetLimits = {
  readonly basis: readonly SetBasis[];
  /** In the order of the label schema; null where a field has no sets. */
  readonly byField: readonly (SetLimit | null)[];
};

/**
 * How far sets must reach to hold the truth in the share of cases asked for: the ceil((n + 1)
 * coverage)-th smallest of the n scores that the round learned (Vovk et al. 2005).
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
    const measured = coverageWithin(unpackScores(lists.measured), limit);
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

function limitOf(scores: Float32Array, coverage: number, field: string): number {
  const limit = conformalLimit(scores, coverage);
  if (Number.isFinite(limit)) return limit;
  const rows = scores.length;
  throw noSets(
    `a coverage of ${coverage} takes at least ${leastCalibrationRows(coverage)} calibration rows, and "${field}" has ${rows}; ask for less, or label more validation items and start a round`,
    {
      field: 'body.sets.coverage',
      expected: rows === 0 ? 'a model with calibration rows' : `at most ${rows}/${rows + 1}`,
      got: String(coverage),
    },
  );
}

const noSets = (reason: string, problem: { field: string; expected: string; got: string }) =>
  new AppError('model.no-sets', `No sets: ${reason}.`, { fields: [problem] });
