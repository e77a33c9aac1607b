import {
  AcquisitionSpec,
  LabelSchema,
  ModelSpec,
  Policies,
  SimulationSpec,
} from '@dubio/contracts';
import { getRow, type Queryable, query, row, sql, table } from '@dubio/platform';
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

const Points = z.array(z.object({ labels: z.int(), metric: z.number() }));

export type ReplayId = {
  readonly simulationId: string;
  readonly rule: string;
  readonly seed: number;
};

const r = table('replay', 'r');
const s = table('simulation', 's');
const p = table('project', 'p');

const REPLAY = row({
  projectId: r.project_id,
  spec: s.spec,
  modelSpec: p.model_spec,
  labelSchema: p.label_schema,
  acquisition: p.acquisition,
  policies: p.policies,
  truthKey: p.truth_key,
  points: r.points,
  chosen: sql<number[]>`coalesce(${r.chosen}, '{}')`,
  scoringSeconds: r.scoring_seconds,
});

export async function getReplay(db: Queryable, id: ReplayId): Promise<ReplayRow> {
  const { acquisition, policies, ...found } = await getRow(
    db,
    query`SELECT ${REPLAY} FROM ${r} JOIN ${s} ON ${s.id} = ${r.simulation_id}
        JOIN ${p} ON ${p.id} = ${s.project_id}
      WHERE ${r.simulation_id} = ${id.simulationId} AND ${r.rule} = ${id.rule}
        AND ${r.seed} = ${id.seed}`,
  );
  const spec = SimulationSpec.parse(found.spec);
  return {
    ...found,
    spec,
    modelSpec: spec.modelSpec ?? ModelSpec.parse(found.modelSpec),
    labelSchema: LabelSchema.parse(found.labelSchema),
    batchSize: AcquisitionSpec.parse(acquisition).batchSize,
    queueSize: Policies.parse(policies).queueSize,
    points: Points.parse(found.points),
  };
}
