import type { GateVerdict } from '@dubio/active-learning';
import { compressedModelVerdict } from '@dubio/active-learning';
import type { ModelCompression } from '@dubio/contracts';
import {
  db,
  execute,
  findRow,
  getRow,
  type Queryable,
  query,
  row,
  type ShapeOf,
  sql,
  table,
} from '@dubio/platform';
import type { CompressedKeys } from '../tasks/compress-model.js';
import type { EvaluateResult } from '../tasks/evaluate.task.js';
import type { RoundRow } from './round.repository.js';

const m = table('model', 'm');
const r = table('round', 'r');

const PROMOTED = row({
  artifactKey: m.artifact_key,
  samples: sql<number>`(${m.spec}->>'samples')::int`,
  featureSetId: r.feature_set_id,
});

export type PromotedModel = ShapeOf<typeof PROMOTED>;

/** The model in use before this round. */
export async function findPromotedModel(
  tx: Queryable,
  round: Pick<RoundRow, 'id' | 'projectId'>,
): Promise<PromotedModel | null> {
  return findRow(
    tx,
    query`SELECT ${PROMOTED} FROM ${m} JOIN ${r} ON ${r.id} = ${m.round_id}
      WHERE ${m.project_id} = ${round.projectId} AND ${m.promoted} AND ${m.round_id} <> ${round.id}
      ORDER BY ${m.created_at} DESC LIMIT 1`,
  );
}

/** The compressed model, and where its parts lie. */
export type StoredCompressedModel = {
  readonly report: ModelCompression;
  readonly keys: CompressedKeys;
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
    compressed: StoredCompressedModel | null;
  },
): Promise<string> {
  const { result, gate, compressed } = model;
  if (gate.passed) {
    await execute(
      tx,
      db
        .updateTable('model')
        .set({ promoted: false })
        .where('project_id', '=', round.projectId)
        .where('promoted', '=', true),
    );
  }
  const judged = {
    metrics: JSON.stringify(result.metrics),
    promoted: gate.passed,
    gate: JSON.stringify(gate),
    temperature: result.metrics.temperature,
    compression: compressed && JSON.stringify(compressed.report),
    compressed_onnx_key: compressed?.keys.onnx ?? null,
    compressed_artifact_key: compressed?.keys.artifact ?? null,
    compressed_fast_onnx_key: compressed?.hasFast ? compressed.keys.fastOnnx : null,
    conformal: JSON.stringify(result.conformal),
  };
  const stored = await getRow(
    tx,
    db
      .insertInto('model')
      .values({
        ...judged,
        id: model.id,
        project_id: round.projectId,
        round_id: round.id,
        spec: JSON.stringify(round.modelSpec),
        artifact_key: model.artifactKey,
        onnx_key: model.onnxKey,
        fast_onnx_key: model.fastOnnxKey,
        fast_problem: result.fastProblem,
        safetensors_bytes: result.safetensorsBytes,
        onnx_bytes: result.onnxBytes,
        labels: round.labels,
      })
      .onConflict((conflict) => conflict.column('round_id').doUpdateSet(judged))
      .returning('id'),
  );
  return stored.id;
}

/**
 * What became of the compressed model, and whether it may stand for the full one; null where there
 * is none.
 */
export function compressionReport({ compression }: EvaluateResult): ModelCompression | null {
  if (compression === null) return null;
  const { report, fields } = compression;
  return { ...report, gate: compressedModelVerdict(report.heldOut, fields) };
}
