import { AppError, LabelSchema, Policies } from '@dubio/contracts';
import { findRow, type Queryable, query, row, type ShapeOf, table } from '@dubio/platform';

/** What serving needs to know of a project. */
export type ServingProject = { id: string; generation: number; policies: Policies };

/** What answering needs to know of a project. */
export type LabellingProject = ServingProject & {
  roundNumber: number;
  labelCount: number;
  labelsAtRound: number;
  labelSchema: LabelSchema;
};

const p = table('project', 'p');

/** What is read of `project p`. */
export const PROJECT_COLUMNS = {
  id: p.id,
  generation: p.generation,
  roundNumber: p.round_number,
  labelCount: p.label_count,
  labelsAtRound: p.labels_at_round,
  labelSchema: p.label_schema,
  policies: p.policies,
};
const PROJECT = row(PROJECT_COLUMNS);

type ProjectRow = ShapeOf<typeof PROJECT>;

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
  const found = await findRow(tx, query`SELECT ${PROJECT} FROM ${p} WHERE ${p.id} = ${projectId}`);
  if (found === null) throw noProject(projectId);
  return toLabellingProject(found);
}
