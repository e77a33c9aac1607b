import { LabelSchema, Replay, Simulation, SimulationId, SimulationSpec } from '@dubio/contracts';
import { metricNameOf } from '../projects/project.mapper.js';
import type { SimulationRow } from './simulation.repository.js';

const EARLY = 0.02;

/** From what was done in the time so far; nothing is said before there is something to go by. */
function secondsLeft(row: SimulationRow, replays: readonly Replay[]): number | null {
  if (row.state !== 'running' && row.state !== 'queued') return null;
  const done = replays.reduce((sum, replay) => sum + replay.fraction, 0) / replays.length;
  return done > EARLY ? Math.round((row.ageSeconds * (1 - done)) / done) : null;
}

export function toSimulation(row: SimulationRow): Simulation {
  const replays = row.replays.map((replay) => Replay.parse(replay));
  return {
    id: SimulationId.parse(row.id),
    state: Simulation.shape.state.parse(row.state),
    spec: SimulationSpec.parse(row.spec),
    metricName: metricNameOf(LabelSchema.parse(row.labelSchema)),
    replays,
    secondsLeft: secondsLeft(row, replays),
    createdAt: row.createdAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}
