import { AppError, LabelSchema, Policies } from '@dubio/contracts';
import type { Queryable } from '@dubio/platform';

/** What serving needs to know of a project. */
export type ServingProject = { id: string; generation: number; policies: Policies };

/** What answering needs to know of a project. */
export type LabellingProject = ServingProject & {
  roundNumber: number;
  labelCount: number;
  labelsAtRound: number;
  labelSchema: LabelSchema;
};

export type ProjectRow = {
  id: string;
  generation: number;
  roundNumber: number;
  labelCount: number;
  labelsAtRound: number;
  labelSchema: unknown;
  policies: unknown;
};

/** Columns of `ProjectRow`, from `project p`. */
export const PROJECT_COLUMNS = `p.id, p.generation, p.round_number AS "roundNumber",
  p.label_count AS "labelCount", p.labels_at_round AS "labelsAtRound",
  p.label_schema AS "labelSchema", p.policies`;

export const toLabellingProject = (row: ProjectRow): LabellingProject => ({
  id: row.id,
  generation: row.generation,
  roundNumber: row.roundNumber,
  labelCount: row.labelCount,
  labelsAtRound: row.labelsAtRound,
  labelSchema: LabelSchema.parse(row.labelSchema),
  policies: Policies.parse(row.policies),
});

export const noProject = (projectId: string): AppError =>
  new AppError('resource.not-found', `No project ${projectId}.`);

/** Reads a project inside a labelling transaction; call it after the queue lock is held. */
export async function getLabellingProject(
  tx: Queryable,
  projectId: string,
): Promise<LabellingProject> {
  const { rows } = await tx.query<ProjectRow>(
    `SELECT ${PROJECT_COLUMNS} FROM project p WHERE p.id = $1`,
    [projectId],
  );
  if (rows[0] === undefined) throw noProject(projectId);
  return toLabellingProject(rows[0]);
}
