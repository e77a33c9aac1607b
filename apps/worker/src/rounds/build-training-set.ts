import { Answer } from '@dubio/contracts';
import { ObjectNotFoundError, type ObjectStore, type Queryable } from '@dubio/platform';
import { findUsableFeatureSet } from '../features/feature-set.repository.js';
import { decodeTrainingSet, encodeTrainingSet, type TrainingSet } from '../science/training-set.js';
import { type RoundRow, roundKeys } from './round.repository.js';
import { RoundImpossibleError } from './round-failure.js';
import type { RoundClaim } from './round-stage.js';
import { updateClaimed } from './round-stage.js';
import { type LabelledItem, splitLabels } from './split-labels.js';

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
    throw new RoundImpossibleError(
      'bad-features',
      'No item of the project has features yet. Import items, and wait until they are ready.',
    );
  }
  const items = await listLabels(db, claim.round, featureSet.rows);
  const set = splitLabels(items, {
    fields: claim.round.labelSchema.fields,
    policies: claim.round.policies,
    seed: claim.round.seed,
    poolItems: await countPool(db, claim.round.projectId, featureSet.rows),
  });
  await updateClaimed(db, claim, 'feature_set_id = $3', [featureSet.id]);
  await store.put(key, encodeTrainingSet(set));
  return { set, featureSetId: featureSet.id };
}

async function findTrainingSet(store: ObjectStore, key: string): Promise<TrainingSet | null> {
  try {
    return decodeTrainingSet(await store.get(key));
  } catch (error) {
    if (error instanceof ObjectNotFoundError) return null;
    throw error;
  }
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
  }>(
    `SELECT i.ordinal, i.split, i.is_control, l.answer, l.draw_chance, l.drawn_among
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
