import {
  AcquisitionSpec,
  LabelSchema,
  ModelSpec,
  Policies,
  RoundId,
  RoundMetrics,
  type RoundState,
} from '@dubio/contracts';
import {
  findRow,
  publishEvent,
  type Queryable,
  query,
  row,
  type ShapeOf,
  table,
} from '@dubio/platform';

/** A round with what it was started with. */
export type RoundRow = {
  readonly id: string;
  readonly projectId: string;
  readonly number: number;
  readonly state: RoundState;
  readonly seed: number;
  readonly modelSpec: ModelSpec;
  readonly acquisition: AcquisitionSpec;
  readonly policies: Policies;
  readonly labelSchema: LabelSchema;
  readonly featureSetId: string | null;
  readonly labelsUpTo: Date | null;
  readonly labels: number;
  readonly metrics: RoundMetrics | null;
  readonly generation: number;
};

const r = table('round', 'r');
const p = table('project', 'p');

const ROUND = row({
  id: r.id,
  projectId: r.project_id,
  number: r.number,
  state: r.state,
  seed: r.seed,
  modelSpec: r.model_spec,
  acquisition: r.acquisition,
  policies: r.policies,
  labelSchema: p.label_schema,
  featureSetId: r.feature_set_id,
  labelsUpTo: r.labels_up_to,
  labels: r.labels,
  metrics: r.metrics,
  generation: p.generation,
});

const toRound = (found: ShapeOf<typeof ROUND>): RoundRow => ({
  ...found,
  modelSpec: ModelSpec.parse(found.modelSpec),
  acquisition: AcquisitionSpec.parse(found.acquisition),
  policies: Policies.parse(found.policies),
  labelSchema: LabelSchema.parse(found.labelSchema),
  metrics: RoundMetrics.nullable().parse(found.metrics),
});

export async function findRound(db: Queryable, roundId: string): Promise<RoundRow | null> {
  const found = await findRow(
    db,
    query`SELECT ${ROUND} FROM ${r} JOIN ${p} ON ${p.id} = ${r.project_id}
      WHERE ${r.id} = ${roundId}`,
  );
  return found && toRound(found);
}

const HEAD = row({ id: r.id, projectId: r.project_id, number: r.number, generation: p.generation });
export type RoundHead = ShapeOf<typeof HEAD>;

/** What names a round, also where its settings cannot be read. */
export function findRoundHead(db: Queryable, roundId: string): Promise<RoundHead | null> {
  return findRow(
    db,
    query`SELECT ${HEAD} FROM ${r} JOIN ${p} ON ${p.id} = ${r.project_id}
      WHERE ${r.id} = ${roundId}`,
  );
}

export async function getRound(db: Queryable, roundId: string): Promise<RoundRow> {
  const round = await findRound(db, roundId);
  if (round === null) throw new Error(`Round ${roundId} is gone.`);
  return round;
}

/** Tells everyone that a round is in another state now. */
export async function publishRoundState(
  tx: Queryable,
  round: Pick<RoundRow, 'id' | 'projectId' | 'number'>,
  state: RoundState,
): Promise<void> {
  const roundId = RoundId.parse(round.id);
  await publishEvent(tx, round.projectId, {
    type: 'round.changed',
    roundId,
    number: round.number,
    state,
  });
}

export const roundKeys = (round: Pick<RoundRow, 'id' | 'projectId'>) => {
  const folder = `projects/${round.projectId}/rounds/${round.id}`;
  return {
    trainingSet: `${folder}/training-set.json`,
    posterior: `${folder}/posterior.safetensors`,
    onnx: `${folder}/predictive.onnx`,
    fastOnnx: `${folder}/predictive-fast.onnx`,
    compressed: {
      artifact: `${folder}/small.safetensors`,
      onnx: `${folder}/small.onnx`,
      fastOnnx: `${folder}/small-fast.onnx`,
    },
    pool: `${folder}/pool.bin`,
    surrogate: {
      set: `${folder}/surrogate-set.json`,
      posterior: `${folder}/surrogate.safetensors`,
      checkpoint: `${folder}/checkpoint-surrogate.safetensors`,
    },
    expectedLosses: (shard: number) => `${folder}/test-losses-${shard}.bin`,
    scores: (shard: number) => `${folder}/scores-${shard}.bin`,
    member: (member: number) => `${folder}/member-${member}.safetensors`,
    /**
     * What one fit of one partition is asked, and where the product stood after so many rounds of
     * them.
     */
    partitionTask: (fit: number) => `${folder}/shard-task-${fit}.safetensors`,
    partitionState: (rounds: number) => `${folder}/shard-state-${rounds}.safetensors`,
    checkpoint: (member: number | null) => `${folder}/checkpoint-${member ?? 'one'}.safetensors`,
  };
};

/** Where the posterior lies that scores the pool of a trained round. */
export function scoringArtifact(round: Pick<RoundRow, 'id' | 'projectId' | 'metrics'>): string {
  const keys = roundKeys(round);
  return round.metrics?.scoredBy.network === 'compressed'
    ? keys.compressed.artifact
    : keys.posterior;
}
