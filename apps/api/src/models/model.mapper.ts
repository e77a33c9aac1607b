import {
  type Model,
  ModelCompression,
  ModelId,
  ModelMetrics,
  ModelSpec,
  RoundId,
  type SmallNetwork,
  smallNetworkOf,
} from '@dubio/contracts';
import { z } from 'zod';
import type { ModelRow } from './model.repository.js';

const Gate = z.object({ passed: z.boolean(), reason: z.string() });

export function toSmallNetwork(
  row: Pick<ModelRow, 'smallGate' | 'smallArtifactKey'>,
): SmallNetwork {
  return smallNetworkOf({
    gate: Gate.nullable().catch(null).parse(row.smallGate),
    isStored: row.smallArtifactKey !== null,
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
    smallNetwork: toSmallNetwork(row),
    metrics: ModelMetrics.nullable().catch(null).parse(row.metrics),
    onnxBytes: row.onnxBytes,
    safetensorsBytes: row.safetensorsBytes,
    createdAt: row.createdAt.toISOString(),
  };
}

/** Null where the model has no smaller network. */
export function toCompression(stored: unknown): ModelCompression | null {
  return ModelCompression.nullable().parse(stored);
}
