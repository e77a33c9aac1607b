import type { PredictMode, UsedNetwork } from '@dubio/contracts';
import type { Database, Queryable } from '@dubio/platform';
import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '../frame/tokens.js';
import type { ModelRow } from './model.mapper.js';

const SELECT = `SELECT m.id, m.round_id AS "roundId", r.number AS "roundNumber", m.labels, m.spec,
    m.promoted, m.gate, m.metrics, m.onnx_bytes AS "onnxBytes",
    m.safetensors_bytes AS "safetensorsBytes", m.artifact_key AS "artifactKey",
    m.onnx_key AS "onnxKey", m.fast_onnx_key AS "fastOnnxKey", m.fast_problem AS "fastProblem",
    m.small_onnx_key AS "smallOnnxKey", m.small_artifact_key AS "smallArtifactKey",
    m.small_fast_onnx_key AS "smallFastOnnxKey", m.compression -> 'gate' AS "smallGate", m.created_at AS "createdAt",
    r.feature_set_id AS "featureSetId"
  FROM model m JOIN round r ON r.id = m.round_id`;

export type FeatureSetRow = {
  featuriser: unknown;
  shape: unknown;
  dtype: string;
  scale: number;
  offset: number;
  fitted: unknown;
  labelSchema: unknown;
  /** Of the project, as they are now. */
  policies: unknown;
};

@Injectable()
export class ModelRepository {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    return this.database.transaction(work);
  }

  async list(
    projectId: string,
    page: { before: readonly [string, string] | null; limit: number },
  ): Promise<ModelRow[]> {
    const { rows } = await this.database.pool.query<ModelRow>(
      `${SELECT} WHERE m.project_id = $1
         AND ($2::timestamptz IS NULL OR (m.created_at, m.id) < ($2, $3::uuid))
       ORDER BY m.created_at DESC, m.id DESC LIMIT $4`,
      [projectId, page.before?.[0] ?? null, page.before?.[1] ?? null, page.limit + 1],
    );
    return rows;
  }

  async find(projectId: string, modelId: string): Promise<ModelRow | null> {
    const { rows } = await this.database.pool.query<ModelRow>(
      `${SELECT} WHERE m.project_id = $1 AND m.id = $2`,
      [projectId, modelId],
    );
    return rows[0] ?? null;
  }

  /** The model in use. */
  async findPromoted(projectId: string): Promise<ModelRow | null> {
    const { rows } = await this.database.pool.query<ModelRow>(
      `${SELECT} WHERE m.project_id = $1 AND m.promoted ORDER BY m.created_at DESC LIMIT 1`,
      [projectId],
    );
    return rows[0] ?? null;
  }

  /** Apart from the model, since it may hold a number for every pixel. */
  async findCompression(projectId: string, modelId: string): Promise<unknown> {
    const { rows } = await this.database.pool.query<{ compression: unknown }>(
      'SELECT compression FROM model WHERE project_id = $1 AND id = $2',
      [projectId, modelId],
    );
    return rows[0]?.compression ?? null;
  }

  /** What sets of answers are made from when this network predicts in this mode; apart from the model, since it grows with the held-out rows. */
  async findConformal(
    projectId: string,
    modelId: string,
    { network, mode }: { readonly network: UsedNetwork; readonly mode: PredictMode },
  ): Promise<unknown> {
    const { rows } = await this.database.pool.query<{ conformal: unknown }>(
      'SELECT conformal -> $3 -> $4 AS conformal FROM model WHERE project_id = $1 AND id = $2',
      [projectId, modelId, network, mode],
    );
    return rows[0]?.conformal ?? null;
  }

  /** How the rows that a model was trained on were made. */
  async findFeatureSet(projectId: string, id: string): Promise<FeatureSetRow | null> {
    const { rows } = await this.database.pool.query<FeatureSetRow>(
      `SELECT f.featuriser, f.shape, f.dtype, f.scale, f."offset", f.fitted,
         p.label_schema AS "labelSchema", p.policies
       FROM feature_set f JOIN project p ON p.id = f.project_id
       WHERE f.project_id = $1 AND f.id = $2`,
      [projectId, id],
    );
    return rows[0] ?? null;
  }

  /** One model of a project is in use. */
  async promote(tx: Queryable, projectId: string, modelId: string): Promise<void> {
    await tx.query(
      `UPDATE model SET promoted = (id = $2)
       WHERE project_id = $1 AND promoted IS DISTINCT FROM (id = $2)`,
      [projectId, modelId],
    );
  }
}
