import { AppError, LabelSchema, Policies } from '@dubio/contracts';
import type { Queryable } from '../database/queryable.js';

/** What serving and answering need to know of a project. */
export type LabellingProject = {
  id: string;
  generation: number;
  roundNumber: number;
  labelCount: number;
  labelsAtRound: number;
  labelSchema: LabelSchema;
  policies: Policies;
};

type Row = {
  id: string;
  generation: number;
  round_number: number;
  label_count: number;
  labels_at_round: number;
  label_schema: unknown;
  policies: unknown;
};

/** Reads a project inside a labelling transaction; call it after the queue lock is held. */
export async function getLabellingProject(
  tx: Queryable,
  projectId: string,
): Promise<LabellingProject> {
  const { rows } = await tx.query<Row>(
    `SELECT id, generation, round_number, label_count, labels_at_round, label_schema, policies
     FROM project WHERE id = $1`,
    [projectId],
  );
  const row = rows[0];
  if (row === undefined) throw new AppError('resource.not-found', `No project ${projectId}.`);
  return {
    id: row.id,
    generation: row.generation,
    roundNumber: row.round_number,
    labelCount: row.label_count,
    labelsAtRound: row.labels_at_round,
    labelSchema: LabelSchema.parse(row.label_schema),
    policies: Policies.parse(row.policies),
  };
}
