import {
  AcquisitionSpec,
  ModelId,
  ModelSpec,
  type Round,
  RoundFailure,
  RoundId,
  RoundMetrics,
  RoundProgress,
  RoundTrigger,
} from '@dubio/contracts';
import type { RoundRow } from './round.repository.js';

function failureOf(row: RoundRow): Round['failure'] {
  if (row.state !== 'failed') return null;
  return {
    code: RoundFailure.catch('internal').parse(row.failureCode),
    message: row.failureMessage ?? `Round ${row.number} failed.`,
    stage: row.failureStage ?? 'queued',
  };
}

export function toRound(row: RoundRow): Round {
  return {
    id: RoundId.parse(row.id),
    number: row.number,
    state: row.state,
    trigger: RoundTrigger.catch('api').parse(row.trigger),
    triggeredBy: row.triggeredBy,
    seed: row.seed,
    modelId: row.modelId === null ? null : ModelId.parse(row.modelId),
    rule: AcquisitionSpec.parse(row.acquisition).rule,
    samples: ModelSpec.parse(row.modelSpec).samples,
    progress: RoundProgress.nullable().catch(null).parse(row.progress),
    metrics: RoundMetrics.nullable().catch(null).parse(row.metrics),
    failure: failureOf(row),
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    readyAt: row.readyAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}
