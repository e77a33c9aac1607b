import type { Rows } from '@dubio/active-learning';
import { targetsOf } from '@dubio/active-learning';
import { Answer, type LabelField } from '@dubio/contracts';
import { readTruth } from '@dubio/labelling';
import {
  listRows,
  lit,
  type ObjectStore,
  type Queryable,
  query,
  row,
  table,
} from '@dubio/platform';

export type KnownAnswers = {
  /** Pool items whose answer is known, in order of their ordinals. */
  readonly pool: Rows;
  readonly validation: Rows;
  readonly test: Rows;
};

type Split = keyof KnownAnswers;

const i = table('item', 'i');
const l = table('label', 'l');

const ANSWERED = row({
  ordinal: i.ordinal,
  split: i.split,
  externalId: i.external_id,
  answer: l.answer,
});

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
  const rows = await listRows(
    db,
    query`SELECT ${ANSWERED} FROM ${i} LEFT JOIN ${l} ON ${l.item_id} = ${i.id}
      WHERE ${i.project_id} = ${project.id} AND ${i.state} <> ${lit(i.state, 'withdrawn')}
        AND ${i.ordinal} < ${project.featureRows} ORDER BY ${i.ordinal}`,
  );
  const found: Record<Split, { ordinals: number[]; targets: number[] }> = {
    pool: { ordinals: [], targets: [] },
    validation: { ordinals: [], targets: [] },
    test: { ordinals: [], targets: [] },
  };
  for (const one of rows) {
    const known =
      truth.get(one.externalId) ?? (one.answer === null ? null : Answer.parse(one.answer));
    const targets = known === null ? null : targetsOf(project.fields, known);
    if (targets === null) continue;
    found[one.split].ordinals.push(one.ordinal);
    found[one.split].targets.push(...targets);
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
