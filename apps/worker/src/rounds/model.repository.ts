import type { GateVerdict } from '@dubio/active-learning';
import { smallNetworkVerdict } from '@dubio/active-learning';
import type { ModelCompression } from '@dubio/contracts';
import type { Queryable } from '@dubio/platform';
import type { SmallKeys } from '../tasks/compress-model.js';
import type { EvaluateResult } from '../tasks/evaluate.task.js';
import type { RoundRow } from './round.repository.js';

export type PromotedModel = {
  readonly artifactKey: string;
  readonly samples: number;
  readonly featureSetId: string | null;
};

/** The model in use before this round. */
export async function findPromotedModel(
  db: Queryable,
  round: Pick<RoundRow, 'id' | 'projectId'>,
): Promise<PromotedModel | null> {
  const { rows } = await db.query<{
    artifact_key: string;
    samples: number;
    feature_set_id: string | null;
  }>(
    `SELECT m.artifact_key, (m.spec->>'samples')::int AS samples, r.feature_set_id
       FROM model m JOIN round r ON r.id = m.round_id
      WHERE m.project_id = $1 AND m.promoted AND m.round_id <> $2
      ORDER BY m.created_at DESC LIMIT 1`,
    [round.projectId, round.id],
  );
  const row = rows[0];
  if (row === undefined) return null;
  return { artifactKey: row.artifact_key, samples: row.samples, featureSetId: row.feature_set_id };
}

/** The smaller network of a model, and where its parts lie. */
export type StoredSmallNetwork = {
  readonly report: ModelCompression;
  readonly keys: SmallKeys;
  readonly hasFast: boolean;
};

/** Stores the model of a round; a second run writes the same row again. Returns its id. */
export async function putModel(
  tx: Queryable,
  round: RoundRow,
  model: {
    id: string;
    result: EvaluateResult;
    gate: GateVerdict;
    artifactKey: string;
    onnxKey: string;
    fastOnnxKey: string | null;
    small: StoredSmallNetwork | null;
  },
): Promise<string> {
  const { result, gate, small } = model;
  if (gate.passed) {
    await tx.query('UPDATE model SET promoted = false WHERE project_id = $1 AND promoted', [
      round.projectId,
    ]);
  }
  const { rows } = await tx.query<{ id: string }>(
    `INSERT INTO model (id, project_id, round_id, spec, metrics, artifact_key, onnx_key, safetensors_bytes,
       onnx_bytes, temperature, promoted, gate, labels, fast_onnx_key, fast_problem, compression,
       small_onnx_key, small_artifact_key, small_fast_onnx_key, conformal)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
       $17, $18, $19, $20)
     ON CONFLICT (round_id) DO UPDATE SET metrics = excluded.metrics, promoted = excluded.promoted,
       gate = excluded.gate, temperature = excluded.temperature,
       compression = excluded.compression, small_onnx_key = excluded.small_onnx_key,
       small_artifact_key = excluded.small_artifact_key,
       small_fast_onnx_key = excluded.small_fast_onnx_key, conformal = excluded.conformal
     RETURNING id`,
    [
      model.id,
      round.projectId,
      round.id,
      JSON.stringify(round.modelSpec),
      JSON.stringify(result.metrics),
      model.artifactKey,
      model.onnxKey,
      result.safetensorsBytes,
      result.onnxBytes,
      result.metrics.temperature,
      gate.passed,
      JSON.stringify(gate),
      round.labels,
      model.fastOnnxKey,
      result.fastProblem,
      small && JSON.stringify(small.report),
      small?.keys.onnx ?? null,
      small?.keys.artifact ?? null,
      small?.hasFast ? small.keys.fastOnnx : null,
      JSON.stringify(result.conformal),
    ],
  );
  return rows[0]!.id;
}

/** What became of the smaller network, and whether it may stand for the full one; null where there is none. */
export function compressionReport({ compression }: EvaluateResult): ModelCompression | null {
  if (compression === null) return null;
  const { report, fields } = compression;
  return { ...report, gate: smallNetworkVerdict(report.heldOut, fields) };
}
