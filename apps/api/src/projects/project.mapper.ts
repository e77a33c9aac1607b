import {
  type LabelSchema,
  type Project,
  ProjectId,
  type ProjectSummary,
  WorkspaceId,
} from '@dubio/contracts';
import { labelsUntilRound } from '@dubio/labelling';
import type { ItemCounts, ProjectRow } from './project.repository.js';
import { verdictOf } from './verdict.js';

const POINTS_SHOWN = 200;

export const metricNameOf = (schema: LabelSchema): 'accuracy' | 'rmse' =>
  schema.fields[0]?.kind === 'number' ? 'rmse' : 'accuracy';

function verdict(row: ProjectRow): Project['verdict'] {
  return verdictOf({
    policies: row.policies,
    labelCount: row.labelCount,
    labelsUntilRound: labelsUntilRound(row),
    nextRound: (row.readyRound ?? 0) + 1,
    metrics: row.metrics,
  });
}

function stateOf(row: ProjectRow): ProjectSummary['state'] {
  if (row.importing) return 'importing';
  if (row.items === 0) return 'empty';
  if (row.runningRound !== null) return 'round-running';
  if (row.lastRoundFailed) return 'round-failed';
  if (row.readyRound === null) return 'waiting-for-labels';
  return verdict(row).met ? 'stop-rule-met' : 'ready';
}

export function toProjectSummary(row: ProjectRow): ProjectSummary {
  const last = row.metrics.at(-1);
  return {
    id: ProjectId.parse(row.id),
    workspaceId: WorkspaceId.parse(row.workspaceId),
    name: row.name,
    itemKind: row.itemKind,
    labelSchema: row.labelSchema,
    state: stateOf(row),
    itemCount: row.items,
    labelCount: row.labelCount,
    labelsUntilRound: labelsUntilRound(row),
    runningRound: row.runningRound,
    readyRound: row.readyRound,
    curve: row.metrics
      .slice(-POINTS_SHOWN)
      .flatMap(({ labels, metric }) => (metric === null ? [] : [{ labels, metric }])),
    metricName: metricNameOf(row.labelSchema),
    epistemicMean: last?.epistemicMean ?? null,
    aleatoricMean: last?.aleatoricMean ?? null,
    lastLabelAt: row.lastLabelAt?.toISOString() ?? null,
  };
}

export function toProject(row: ProjectRow, counts: ItemCounts, annotators: number): Project {
  return {
    ...toProjectSummary(row),
    description: row.description,
    featuriser: row.featuriser,
    modelSpec: row.modelSpec,
    acquisition: row.acquisition,
    policies: row.policies,
    counts,
    annotators,
    demo: row.hasTruth,
    verdict: verdict(row),
    createdAt: row.createdAt.toISOString(),
    version: row.version,
  };
}
