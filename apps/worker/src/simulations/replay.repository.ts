import {
  AcquisitionSpec,
  LabelSchema,
  ModelSpec,
  Policies,
  SimulationSpec,
} from '@dubio/contracts';
import type { Queryable } from '@dubio/platform';
import { z } from 'zod';

export type ReplayPoint = { readonly labels: number; readonly metric: number };

/** A replay with everything it is made from. */
export type ReplayRow = {
  readonly projectId: string;
  readonly spec: SimulationSpec;
  readonly modelSpec: ModelSpec;
  readonly labelSchema: LabelSchema;
  /** As rounds of the project choose: items picked jointly, and of the whole queue. */
  readonly batchSize: number;
  readonly queueSize: number;
  readonly truthKey: string | null;
  readonly points: readonly ReplayPoint[];
  readonly chosen: readonly number[];
  readonly scoringSeconds: number | null;
};

const Row = z.object({
  project_id: z.string(),
  spec: SimulationSpec,
  model_spec: ModelSpec,
  label_schema: LabelSchema,
  acquisition: AcquisitionSpec,
  policies: Policies,
  truth_key: z.string().nullable(),
  points: z.array(z.object({ labels: z.int(), metric: z.number() })),
  chosen: z.array(z.int()),
  scoring_seconds: z.number().nullable(),
});

export type ReplayId = {
  readonly simulationId: string;
  readonly rule: string;
  readonly seed: number;
};

const WHERE = 'p.simulation_id = $1 AND p.rule = $2 AND p.seed = $3';
const idValues = (id: ReplayId) => [id.simulationId, id.rule, id.seed];

export async function getReplay(db: Queryable, id: ReplayId): Promise<ReplayRow> {
  const { rows } = await db.query(
    `SELECT p.project_id, s.spec, j.model_spec, j.label_schema, j.acquisition, j.policies,
            j.truth_key, p.points,
            coalesce(p.chosen, '{}') AS chosen, p.scoring_seconds
       FROM replay p JOIN simulation s ON s.id = p.simulation_id JOIN project j ON j.id = s.project_id
      WHERE ${WHERE}`,
    idValues(id),
  );
  if (rows[0] === undefined) throw new Error(`A replay of simulation ${id.simulationId} is gone.`);
  const row = Row.parse(rows[0]);
  return {
    projectId: row.project_id,
    spec: row.spec,
    modelSpec: row.spec.modelSpec ?? row.model_spec,
    labelSchema: row.label_schema,
    batchSize: row.acquisition.batchSize,
    queueSize: row.policies.queueSize,
    truthKey: row.truth_key,
    points: row.points,
    chosen: row.chosen,
    scoringSeconds: row.scoring_seconds,
  };
}
