import { z } from 'zod';
import { RoundProgress, RoundState } from './api/rounds.js';
import { ImportId, ModelId, RoundId, SimulationId } from './ids.js';

/** What people who watch a project hear. The data says what changed; details are fetched. */
export const ProjectEvent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('round.changed'),
    roundId: RoundId,
    number: z.int(),
    state: RoundState,
  }),
  z.object({
    type: z.literal('round.progress'),
    roundId: RoundId,
    number: z.int(),
    state: RoundState,
    progress: RoundProgress,
  }),
  z.object({
    type: z.literal('queue.published'),
    generation: z.int(),
    roundNumber: z.int().nullable(),
    size: z.int(),
  }),
  z.object({ type: z.literal('labels.changed'), labels: z.int() }),
  z.object({ type: z.literal('model.ready'), modelId: ModelId, roundNumber: z.int() }),
  z.object({ type: z.literal('import.changed'), importId: ImportId }),
  z.object({ type: z.literal('simulation.changed'), simulationId: SimulationId }),
  z.object({ type: z.literal('project.changed') }),
]);
export type ProjectEvent = z.infer<typeof ProjectEvent>;
