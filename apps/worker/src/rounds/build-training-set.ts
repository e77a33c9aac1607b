import {
  encodeTrainingSet,
  type LabelledItem,
  rowsOf,
  splitLabels,
  type TrainingSet,
} from '@dubio/active-learning';
import { Answer } from '@dubio/contracts';
import type { ObjectStore, Queryable } from '@dubio/platform';
import { WorkImpossibleError } from '../claims/cause.js';
import { updateHeld } from '../claims/claim-table.js';
import { findUsableFeatureSet } from '../features/feature-set.repository.js';
import { type RoundRow, roundKeys } from './round.repository.js';
import type { RoundClaim } from './round-claim.js';
import { findTrainingSet, findYesterday, stillHolds } from './yesterday.js';

/** The labels of a round: read when it is first claimed, then kept, so that every run sees the same rows. */
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
  await updateHeld(db, claim, { set: 'feature_set_id = $1', values: [featureSet.id] });
  await store.put(key, encodeTrainingSet(set));
  return { set, featureSetId: featureSet.id };
}

/** Labels as they are used; of a streaming round, those the posterior in use has not seen, while all it has seen still holds. */
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
  const yesterday = round.modelSpec.streaming
    ? await findYesterday(db, store, round, featureSet.id)
    : null;
  const isTested = items.some(({ isTest, ordinal }) => isTest && yesterday?.counted.has(ordinal));
  if (yesterday && !isTested) {
    const { artifactKey, roundId, counted } = yesterday;
    const set = splitLabels(items, { ...context, counted });
    const isNew = rowsOf(set, 'train').ordinals.length > 0;
    if (isNew && stillHolds(yesterday, set))
      return { ...set, prior: { artifactKey, roundId, counted: [...counted] } };
  }
  return splitLabels(items, context);
}

/** Labels up to the round's cut-off, of items that have features. */
async function listLabels(
  db: Queryable,
  round: RoundRow,
  featureRows: number,
): Promise<LabelledItem[]> {
  const { rows } = await db.query<{
    ordinal: number;
    split: LabelledItem['split'];
    is_control: boolean;
    answer: unknown;
    draw_chance: number | null;
    drawn_among: number | null;
    draw_generation: number | null;
    is_test: boolean;
  }>(
    `SELECT i.ordinal, i.split, i.is_control, l.answer, l.draw_chance, l.drawn_among,
            l.draw_generation, coalesce(l.origin = 'test', false) AS is_test
       FROM label l JOIN item i ON i.id = l.item_id JOIN round r ON r.id = $2
      WHERE l.project_id = $1 AND i.state <> 'withdrawn' AND i.ordinal < $3
        AND (r.labels_up_to IS NULL OR l.updated_at <= r.labels_up_to)
      ORDER BY i.ordinal`,
    [round.projectId, round.id, featureRows],
  );
  return rows.map((row) => ({
    ordinal: row.ordinal,
    split: row.split,
    isControl: row.is_control,
    isTest: row.is_test,
    drawnIn: row.draw_generation,
    answer: Answer.parse(row.answer),
    draw:
      row.draw_chance === null || row.drawn_among === null
        ? null
        : { chance: row.draw_chance, among: row.drawn_among },
  }));
}

/** Items that could be labelled, or were, as far as they have features. */
async function countPool(db: Queryable, projectId: string, featureRows: number): Promise<number> {
  const { rows } = await db.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM item
      WHERE project_id = $1 AND split = 'pool' AND state <> 'withdrawn' AND ordinal < $2`,
    [projectId, featureRows],
  );
  return rows[0]?.n ?? 0;
}
