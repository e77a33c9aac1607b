import type { PredictMode, UsedNetwork } from '@dubio/contracts';
import {
  type Database,
  db,
  execute,
  findRow,
  listRows,
  type Queryable,
  query,
  row,
  type ShapeOf,
  sql,
  table,
} from '@dubio/platform';
import { Inject, Injectable } from '@nestjs/common';
import { isBefore } from '../frame/keyset.js';
import { DATABASE } from '../frame/tokens.js';

const m = table('model', 'm');
const model = table('model');
const r = table('round', 'r');
const f = table('feature_set', 'f');
const p = table('project', 'p');

const MODEL = row({
  id: m.id,
  roundId: m.round_id,
  roundNumber: r.number,
  labels: m.labels,
  spec: m.spec,
  promoted: m.promoted,
  gate: m.gate,
  metrics: m.metrics,
  onnxBytes: m.onnx_bytes,
  safetensorsBytes: m.safetensors_bytes,
  artifactKey: m.artifact_key,
  onnxKey: m.onnx_key,
  fastOnnxKey: m.fast_onnx_key,
  fastProblem: m.fast_problem,
  compressedOnnxKey: m.compressed_onnx_key,
  compressedArtifactKey: m.compressed_artifact_key,
  compressedFastOnnxKey: m.compressed_fast_onnx_key,
  /** The verdict on the compressed model; null where there is none. */
  compressedGate: sql<unknown>`${m.compression} -> 'gate'`,
  createdAt: m.created_at,
  featureSetId: r.feature_set_id,
});
const MODELS = sql`${m} JOIN ${r} ON ${r.id} = ${m.round_id}`;

/** Schema and policies are those of the project, as they are now. */
const FEATURE_SET = row({
  featuriser: f.featuriser,
  shape: f.shape,
  dtype: f.dtype,
  scale: f.scale,
  offset: f.offset,
  fitted: f.fitted,
  labelSchema: p.label_schema,
  policies: p.policies,
});

export type ModelRow = ShapeOf<typeof MODEL>;
export type FeatureSetRow = ShapeOf<typeof FEATURE_SET>;

@Injectable()
export class ModelRepository {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    return this.database.transaction(work);
  }

  list(
    projectId: string,
    page: { before: readonly [string, string] | null; limit: number },
  ): Promise<ModelRow[]> {
    return listRows(
      this.database.pool,
      query`SELECT ${MODEL} FROM ${MODELS}
        WHERE ${m.project_id} = ${projectId} AND ${isBefore(m.created_at, m.id, page.before)}
        ORDER BY ${m.created_at} DESC, ${m.id} DESC LIMIT ${page.limit + 1}`,
    );
  }

  find(projectId: string, modelId: string): Promise<ModelRow | null> {
    return findRow(
      this.database.pool,
      query`SELECT ${MODEL} FROM ${MODELS}
        WHERE ${m.project_id} = ${projectId} AND ${m.id} = ${modelId}`,
    );
  }

  /** The model in use. */
  findPromoted(projectId: string): Promise<ModelRow | null> {
    return findRow(
      this.database.pool,
      query`SELECT ${MODEL} FROM ${MODELS} WHERE ${m.project_id} = ${projectId} AND ${m.promoted}
        ORDER BY ${m.created_at} DESC LIMIT 1`,
    );
  }

  /** Apart from the model, since it may hold a number for every pixel. */
  async findCompression(projectId: string, modelId: string): Promise<unknown> {
    const found = await findRow(
      this.database.pool,
      db
        .selectFrom('model')
        .select('compression')
        .where('project_id', '=', projectId)
        .where('id', '=', modelId),
    );
    return found?.compression ?? null;
  }

  /**
   * What sets of answers are made from when this network predicts in this mode; apart from the
   * model, since it grows with the held-out rows.
   */
  async findConformal(
    projectId: string,
    modelId: string,
    { network, mode }: { readonly network: UsedNetwork; readonly mode: PredictMode },
  ): Promise<unknown> {
    const conformal = sql<unknown>`${m.conformal} -> ${network}::text -> ${mode}::text`;
    const found = await findRow(
      this.database.pool,
      query`SELECT ${row({ conformal })} FROM ${m}
        WHERE ${m.project_id} = ${projectId} AND ${m.id} = ${modelId}`,
    );
    return found?.conformal ?? null;
  }

  /** How the rows that a model was trained on were made. */
  findFeatureSet(projectId: string, id: string): Promise<FeatureSetRow | null> {
    return findRow(
      this.database.pool,
      query`SELECT ${FEATURE_SET} FROM ${f} JOIN ${p} ON ${p.id} = ${f.project_id}
        WHERE ${f.project_id} = ${projectId} AND ${f.id} = ${id}`,
    );
  }

  /** One model of a project is in use. */
  async promote(tx: Queryable, projectId: string, modelId: string): Promise<void> {
    await execute(
      tx,
      query`UPDATE ${model} SET ${model.promoted} = (${model.id} = ${modelId})
        WHERE ${model.project_id} = ${projectId}
          AND ${model.promoted} IS DISTINCT FROM (${model.id} = ${modelId})`,
    );
  }
}
