import type { Rows } from '@dubio/active-learning';
import { targetsOf } from '@dubio/active-learning';
import { Answer, type LabelField } from '@dubio/contracts';
import { readTruth } from '@dubio/labelling';
import type { ObjectStore, Queryable } from '@dubio/platform';

export type KnownAnswers = {
  /** Pool items whose answer is known, in order of their ordinals. */
  readonly pool: Rows;
  readonly validation: Rows;
  readonly test: Rows;
};

type Split = keyof KnownAnswers;

/** All answers that are known: labels, and for a demo the true answers of its pool. */
export async function knownAnswers(
  db: Queryable,
  store: ObjectStore,
  project: {
    id: string;
    truthKey: string | null;
    fields: readonly LabelField[];
    featureRows: number;
  },
): Promise<KnownAnswers> {
  const truth =
    project.truthKey === null
      ? new Map<string, Answer>()
      : await readTruth(store, project.truthKey);
  const { rows } = await db.query<{
    ordinal: number;
    split: Split;
    external_id: string;
    answer: unknown;
  }>(
    `SELECT i.ordinal, i.split, i.external_id, l.answer FROM item i LEFT JOIN label l ON l.item_id = i.id
      WHERE i.project_id = $1 AND i.state <> 'withdrawn' AND i.ordinal < $2 ORDER BY i.ordinal`,
    [project.id, project.featureRows],
  );
  const found: Record<Split, { ordinals: number[]; targets: number[] }> = {
    pool: { ordinals: [], targets: [] },
    validation: { ordinals: [], targets: [] },
    test: { ordinals: [], targets: [] },
  };
  for (const row of rows) {
    const known =
      truth.get(row.external_id) ?? (row.answer === null ? null : Answer.parse(row.answer));
    const targets = known === null ? null : targetsOf(project.fields, known);
    if (targets === null) continue;
    found[row.split].ordinals.push(row.ordinal);
    found[row.split].targets.push(...targets);
  }
  const packed = ({ ordinals, targets }: { ordinals: number[]; targets: number[] }) => ({
    ordinals: Int32Array.from(ordinals),
    targets: Float64Array.from(targets),
  });
  return {
    pool: packed(found.pool),
    validation: packed(found.validation),
    test: packed(found.test),
  };
}
