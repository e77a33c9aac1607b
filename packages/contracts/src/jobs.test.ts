import { describe, expect, it } from 'vitest';
import { JOBS, type JobName } from './jobs.js';

const ID = '0190a3a4-0000-7000-8000-000000000001';
const OTHER = '0190a3a4-0000-7000-8000-000000000002';

/**
 * One payload as each version wrote it. Payloads only grow, so all of these must be read for ever.
 */
const STORED: { name: JobName; version: number; payload: unknown }[] = [
  { name: 'import.run', version: 1, payload: { importId: ID, projectId: OTHER } },
  { name: 'features.compute', version: 1, payload: { projectId: OTHER } },
  { name: 'round.train', version: 1, payload: { roundId: ID, projectId: OTHER } },
  { name: 'round.train-member', version: 1, payload: { roundId: ID, projectId: OTHER, member: 2 } },
  { name: 'round.score', version: 1, payload: { roundId: ID, projectId: OTHER } },
  { name: 'round.score-shard', version: 1, payload: { roundId: ID, projectId: OTHER, shard: 0 } },
  { name: 'round.select', version: 1, payload: { roundId: ID, projectId: OTHER } },
  {
    name: 'demo.annotate',
    version: 1,
    payload: { projectId: OTHER, userId: ID, count: 30, request: ID },
  },
  {
    name: 'simulation.run',
    version: 1,
    payload: { simulationId: ID, projectId: OTHER, rule: 'bald', seed: 3 },
  },
  { name: 'maintenance.sweep', version: 1, payload: {} },
];

describe('the job catalog', () => {
  it.each(STORED)('still reads $name as version $version wrote it', ({ name, payload }) => {
    expect(JOBS[name].payload.parse(payload)).toEqual(payload);
  });

  it('has a stored payload of every version of every job', () => {
    for (const [name, job] of Object.entries(JOBS)) {
      const versions = STORED.filter((one) => one.name === name).map((one) => one.version);
      expect({ name, versions }).toEqual({
        name,
        versions: Array.from({ length: job.version }, (_, at) => at + 1),
      });
    }
  });
});
