import { z } from 'zod';
import { ACQUISITION } from '../catalogue/acquisition.js';
import { REPLAY } from '../catalogue/replay.js';
import { SimulationId } from '../ids.js';
import { AcquisitionRule } from '../project/acquisition-spec.js';
import { shapeOf } from '../project/from-catalogue.js';
import { ModelSpec } from '../project/model-spec.js';
import { Instant, PageQuery, page } from './common.js';
import { endpoint } from './endpoint.js';
import { project } from './projects.js';

export const SimulationSpec = z.object({
  rules: z.array(AcquisitionRule).min(1).max(12),
  ...shapeOf(REPLAY),
  modelSpec: ModelSpec.optional(),
  ...shapeOf({ beta: ACQUISITION.beta }),
});
export type SimulationSpec = z.infer<typeof SimulationSpec>;

/** One replay: a rule with a seed. */
export const Replay = z.object({
  rule: AcquisitionRule,
  seed: z.int(),
  state: z.enum(['waiting', 'running', 'done', 'failed', 'cancelled']),
  fraction: z.number().min(0).max(1),
  error: z.string().nullable(),
  points: z.array(z.object({ labels: z.int(), metric: z.number() })),
  scoringSeconds: z.number().nullable(),
});
export type Replay = z.infer<typeof Replay>;

export const Simulation = z.object({
  id: SimulationId,
  state: z.enum(['queued', 'running', 'done', 'failed', 'cancelled']),
  spec: SimulationSpec,
  metricName: z.enum(['accuracy', 'rmse']),
  replays: z.array(Replay),
  secondsLeft: z.number().nullable(),
  createdAt: Instant,
  finishedAt: Instant.nullable(),
});
export type Simulation = z.infer<typeof Simulation>;
const simulation = project.extend({ simulationId: SimulationId });

export const simulationEndpoints = {
  list: endpoint({
    id: 'simulations.list',
    method: 'GET',
    path: '/projects/:projectId/simulations',
    summary: 'Replays of the loop on known answers, newest first.',
    access: 'simulation.read',
    scope: 'project',
    params: project,
    query: PageQuery,
    response: page(Simulation),
  }),
  create: endpoint({
    id: 'simulations.create',
    method: 'POST',
    path: '/projects/:projectId/simulations',
    summary: 'Replay the loop with several rules and seeds.',
    access: 'simulation.manage',
    scope: 'project',
    params: project,
    body: SimulationSpec,
    response: Simulation,
    status: 202,
    idempotent: true,
    refuses: ['simulation.no-truth'],
  }),
  get: endpoint({
    id: 'simulations.get',
    method: 'GET',
    path: '/projects/:projectId/simulations/:simulationId',
    summary: 'Curves so far.',
    access: 'simulation.read',
    scope: 'project',
    params: simulation,
    response: Simulation,
  }),
  cancel: endpoint({
    id: 'simulations.cancel',
    method: 'POST',
    path: '/projects/:projectId/simulations/:simulationId/cancel',
    summary: 'Stop a simulation; finished replays are kept.',
    access: 'simulation.manage',
    scope: 'project',
    params: simulation,
    response: Simulation,
  }),
  retry: endpoint({
    id: 'simulations.retry',
    method: 'POST',
    path: '/projects/:projectId/simulations/:simulationId/retry',
    summary: 'Run the failed replays again.',
    access: 'simulation.manage',
    scope: 'project',
    params: simulation,
    response: Simulation,
    status: 202,
  }),
};
