import {
  encodeTrainingSet,
  type LabelledItem,
  rowsOf,
  splitLabels,
  type TrainingSet,
} from '@dubio/active-learning';
import { Answer } from '@dubio/contracts';
import {
  getRow,
  listRows,
  lit,
  type ObjectStore,
  type Queryable,
  query,
  row,
  sql,
  table,
} from '@dubio/platform';
import { WorkImpossibleError } from '../claims/cause.js';
import { updateHeld } from '../claims/claim-table.js';
import { findUsableFeatureSet } from '../features/feature-set.repository.js';
import { type RoundRow, roundKeys } from './round.repository.js';
import type { RoundClaim } from './round-claim.js';
import { findStreamingPrior, findTrainingSet, stillHolds } from './streaming-prior.js';

/**
 * The labels of a round: read when it is first claimed, then kept, so that every run sees the same
 * rows.
 */
export async function ensureTrainingSet(
  db: Queryable,
  store: ObjectStore,
  claim: RoundClaim,
): Promise<{ set: TrainingSet; featureSetId: string }> {
  const key = roundKeys(claim.round).trainingSet;
  const known = await findTrainingSet(store, key);
  if (known && claim.round.featureSetId) {
    return { set: known, featureSetId: claim.round.featureSetId };
  }
  const featureSet = await findUsableFeatureSet(db, claim.round.projectId);
  if (featureSet === null) {
    throw new WorkImpossibleError(
      'bad-features',
      'No item of the project has features yet. Import items, and wait until they are ready.',
    );
  }
  const set = await splitForRound(db, store, claim.round, featureSet);
  const fixed = sql`${table('round').feature_set_id} = ${featureSet.id}`;
  await updateHeld(db, claim, fixed);
  await store.put(key, encodeTrainingSet(set));
  return { set, featureSetId: featureSet.id };
}

/**
 * Labels as they are used; of a streaming round, those the posterior in use has not seen, while all
 * it has seen still holds.
 */
async function splitForRound(
  db: Queryable,
  store: ObjectStore,
  round: RoundRow,
  featureSet: { readonly id: string; readonly rows: number },
): Promise<TrainingSet> {
  const items = await listLabels(db, round, featureSet.rows);
  const { labelSchema, policies, seed } = round;
  const poolItems = await countPool(db, round.projectId, featureSet.rows);
  const context = { fields: labelSchema.fields, policies, seed, poolItems };
  const streamingPrior = round.modelSpec.streaming
    ? await findStreamingPrior(db, store, round, featureSet.id)
    : null;
  const isTested = items.some(
    ({ isActiveTest, ordinal }) => isActiveTest && streamingPrior?.counted.has(ordinal),
  );
  if (streamingPrior && !isTested) {
    const { artifactKey, roundId, counted } = streamingPrior;
    const set = splitLabels(items, { ...context, counted });
    const isNew = rowsOf(set, 'train').ordinals.length > 0;
    if (isNew && stillHolds(streamingPrior, set))
      return { ...set, prior: { artifactKey, roundId, counted: [...counted] } };
  }
  return splitLabels(items, context);
}

const i = table('item', 'i');
const l = table('label', 'l');
const r = table('round', 'r');

const LABELLED = row({
  ordinal: i.ordinal,
  split: i.split,
  isControl: i.is_control,
  isActiveTest: sql<boolean>`coalesce(${l.origin} = ${lit(l.origin, 'active-test')}, false)`,
  answer: l.answer,
  chance: l.draw_chance,
  among: l.drawn_among,
  drawnIn: l.draw_generation,
});

/** Labels up to the round's cut-off, of items that have features. */
async function listLabels(
  db: Queryable,
  round: RoundRow,
  featureRows: number,
): Promise<LabelledItem[]> {
  const rows = await listRows(
    db,
    query`SELECT ${LABELLED} FROM ${l} JOIN ${i} ON ${i.id} = ${l.item_id}
        JOIN ${r} ON ${r.id} = ${round.id}
      WHERE ${l.project_id} = ${round.projectId} AND ${i.state} <> ${lit(i.state, 'withdrawn')}
        AND ${i.ordinal} < ${featureRows}
        AND (${r.labels_up_to} IS NULL OR ${l.updated_at} <= ${r.labels_up_to})
      ORDER BY ${i.ordinal}`,
  );
  return rows.map(({ answer, chance, among, ...labelled }) => ({
    ...labelled,
    answer: Answer.parse(answer),
    draw: chance === null || among === null ? null : { chance, among },
  }));
}

/** Items that could be labelled, or were, as far as they have features. */
async function countPool(db: Queryable, projectId: string, featureRows: number): Promise<number> {
  const counted = await getRow(
    db,
    query`SELECT ${row({ n: sql<number>`count(*)::int` })} FROM ${i}
      WHERE ${i.project_id} = ${projectId} AND ${i.split} = ${lit(i.split, 'pool')}
        AND ${i.state} <> ${lit(i.state, 'withdrawn')} AND ${i.ordinal} < ${featureRows}`,
  );
  return counted.n;
}
