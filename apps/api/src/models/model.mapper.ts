import {
  type CompressedModel,
  compressedModelOf,
  type Model,
  ModelCompression,
  ModelId,
  ModelMetrics,
  ModelSpec,
  RoundId,
} from '@dubio/contracts';
import { z } from 'zod';
import type { ModelRow } from './model.repository.js';

const Gate = z.object({ passed: z.boolean(), reason: z.string() });

export function toCompressedModel(
  row: Pick<ModelRow, 'compressedGate' | 'compressedArtifactKey'>,
): CompressedModel {
  return compressedModelOf({
    gate: Gate.nullable().catch(null).parse(row.compressedGate),
    isStored: row.compressedArtifactKey !== null,
  });
}

export function toModel(row: ModelRow): Model {
  return {
    id: ModelId.parse(row.id),
    roundId: RoundId.parse(row.roundId),
    roundNumber: row.roundNumber,
    labels: row.labels,
    spec: ModelSpec.parse(row.spec),
    promoted: row.promoted,
    gate: Gate.nullable().catch(null).parse(row.gate),
    compressedModel: toCompressedModel(row),
    metrics: ModelMetrics.nullable().catch(null).parse(row.metrics),
    onnxBytes: row.onnxBytes,
    safetensorsBytes: row.safetensorsBytes,
    createdAt: row.createdAt.toISOString(),
  };
}

/** Null where the model has no compressed model. */
export function toCompression(stored: unknown): ModelCompression | null {
  return ModelCompression.nullable().parse(stored);
}
