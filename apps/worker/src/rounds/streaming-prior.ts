import { askedFields, decodeTrainingSet, rowsOf, type TrainingSet } from '@dubio/active-learning';
import {
  findRow,
  ObjectNotFoundError,
  type ObjectStore,
  type Queryable,
  query,
  row,
  table,
} from '@dubio/platform';
import { type RoundRow, roundKeys } from './round.repository.js';

const m = table('model', 'm');
const r = table('round', 'r');
const own = table('round', 'own');

/** A posterior that has learned from some rows, and what they said. */
export type StreamingPrior = {
  readonly artifactKey: string;
  readonly roundId: string;
  readonly counted: ReadonlySet<number>;
  readonly set: TrainingSet;
};

/**
 * The posterior in use before a streaming round, if it is of the same features and model settings.
 * @see docs/decisions/0132
 */
export async function findStreamingPrior(
  db: Queryable,
  store: ObjectStore,
  round: RoundRow,
  featureSetId: string,
): Promise<StreamingPrior | null> {
  const model = await findRow(
    db,
    query`SELECT ${row({ artifactKey: m.artifact_key, roundId: m.round_id })}
      FROM ${m} JOIN ${r} ON ${r.id} = ${m.round_id} JOIN ${own} ON ${own.id} = ${round.id}
      WHERE ${m.project_id} = ${round.projectId} AND ${m.promoted} AND ${r.number} < ${own.number}
        AND ${r.feature_set_id} = ${featureSetId} AND ${r.model_spec} = ${own.model_spec}
      ORDER BY ${r.number} DESC LIMIT 1`,
  );
  if (model === null) return null;
  const { artifactKey, roundId } = model;
  const key = roundKeys({ id: roundId, projectId: round.projectId }).trainingSet;
  const set = await findTrainingSet(store, key);
  if (set === null) return null;
  const counted = new Set([...(set.prior?.counted ?? []), ...rowsOf(set, 'train').ordinals]);
  return { artifactKey, roundId, counted, set };
}

/**
 * Whether everything that the streaming prior has learned is still said: a product of likelihoods
 * cannot forget one answer that was corrected or withdrawn, so then a round learns from all labels
 * anew.
 */
export function stillHolds({ counted, set }: StreamingPrior, today: TrainingSet): boolean {
  if (JSON.stringify(askedFields(set)) !== JSON.stringify(askedFields(today))) return false;
  const [before, now] = [answersOf(set), answersOf(today)];
  return [...counted].every((ordinal) => {
    const said = before.get(ordinal);
    return said !== undefined && said === now.get(ordinal);
  });
}

function answersOf({ ordinals, targets }: TrainingSet): Map<number, string> {
  const width = targets.length / ordinals.length;
  return new Map(
    ordinals.map((ordinal, i) => [ordinal, targets.slice(i * width, (i + 1) * width).join()]),
  );
}

export async function findTrainingSet(
  store: ObjectStore,
  key: string,
): Promise<TrainingSet | null> {
  try {
    return decodeTrainingSet(await store.get(key));
  } catch (error) {
    if (error instanceof ObjectNotFoundError) return null;
    throw error;
  }
}
