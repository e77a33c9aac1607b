import { ModelSpec, ProjectId, SimulationId, UserId } from '@dubio/contracts';
import { writeTruth } from '@dubio/labelling';
import { enqueueJob, newId } from '@dubio/platform';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, startHarness, until, type WorkerProcess } from './harness.js';
import { type RoundProject, seedRoundProject } from './round-project.js';

type Row = Record<string, unknown>;
const RULES = ['random', 'bald'] as const;

describe('work on known answers', () => {
  let harness: Harness;
  let project: RoundProject;
  let worker: WorkerProcess;
  const query = async (text: string, ...values: unknown[]): Promise<Row[]> =>
    (await harness.database.pool.query<Row>(text, values)).rows;

  beforeAll(async () => {
    harness = await startHarness();
    worker = await harness.startWorker({ concurrency: 2 });
    project = await seedRoundProject(harness, { shards: 1, labels: 0 });
    const key = `projects/${project.projectId}/truth.json`;
    const answers = new Map(
      project.itemIds.map((_, i) => [`item-${i}`, { answer: project.truth(i) }]),
    );
    await writeTruth(harness.store, key, answers);
    await query('UPDATE project SET truth_key = $2 WHERE id = $1', project.projectId, key);
  });
  afterAll(() => harness.close());

  async function simulate(endLabels: number): Promise<string> {
    const id = newId();
    const { projectId } = project;
    const spec = { rules: RULES, seeds: 1, startLabels: 8, batch: 8, endLabels, poolSize: 500 };
    await query(
      'INSERT INTO simulation (id, project_id, spec) VALUES ($1, $2, $3)',
      id,
      projectId,
      JSON.stringify(spec),
    );
    for (const rule of RULES) {
      await query(
        'INSERT INTO replay (simulation_id, project_id, rule, seed) VALUES ($1, $2, $3, 1)',
        id,
        projectId,
        rule,
      );
      await harness.database.transaction((tx) =>
        enqueueJob(tx, 'simulation.run', {
          simulationId: SimulationId.parse(id),
          projectId: ProjectId.parse(projectId),
          rule,
          seed: 1,
        }),
      );
    }
    return id;
  }
  const simulationEnd = (id: string) =>
    until(async () => {
      const [row] = await query(
        `SELECT state FROM simulation WHERE id = $1 AND state NOT IN ('queued', 'running')`,
        id,
      );
      return row?.state ?? null;
    });
  const curves = (id: string) =>
    query('SELECT rule, points, chosen FROM replay WHERE simulation_id = $1 ORDER BY rule', id);

  it('draws a curve for each rule, the same after kill -9 in the middle', async () => {
    const first = await simulate(40);
    expect(await simulationEnd(first)).toBe('done');
    const undisturbed = await curves(first);
    for (const { points, chosen } of undisturbed) {
      expect((points as { labels: number }[]).map((point) => point.labels)).toEqual([
        8, 16, 24, 32, 40,
      ]);
      expect(new Set(chosen as number[]).size).toBe(40);
    }
    const fifth = await harness.hold('replay', 'jsonb_array_length(NEW.points) > 4');
    const second = await simulate(40);
    await until(async () => {
      const rows = await query(
        'SELECT 1 FROM replay WHERE simulation_id = $1 AND jsonb_array_length(points) BETWEEN 2 AND 4',
        second,
      );
      return rows.length > 0;
    });
    await worker.kill();
    await fifth.end();
    worker = await harness.startWorker({ concurrency: 2 });
    expect(await simulationEnd(second)).toBe('done');
    expect(await curves(second)).toEqual(undisturbed);
  });

  it('trains in shards where the project does', async () => {
    const [before] = await query('SELECT model_spec FROM project WHERE id = $1', project.projectId);
    const curveWith = async (partitioned: object | null) => {
      const spec = ModelSpec.parse({
        network: { preset: 'mlp', hidden: [32], activation: 'relu' },
        posterior: { kind: 'mean-field' },
        partitioned,
        maxEpochs: 60,
        drawsPerEpoch: 512,
        samples: 10,
      });
      await query(
        'UPDATE project SET model_spec = $2 WHERE id = $1',
        project.projectId,
        JSON.stringify(spec),
      );
      const id = await simulate(16);
      expect(await simulationEnd(id)).toBe('done');
      const rows = await curves(id);
      return rows.find(({ rule }) => rule === 'random')?.points as { metric: number }[];
    };
    try {
      const whole = await curveWith(null);
      const inPartitions = await curveWith({ shards: 2, rounds: 3 });
      // The same labels, as `random` does not look at the model; other weights.
      expect(inPartitions.map(({ metric }) => metric)).not.toEqual(
        whole.map(({ metric }) => metric),
      );
      for (const { metric } of [...whole, ...inPartitions]) expect(metric).toBeGreaterThan(0.4);
    } finally {
      await query(
        'UPDATE project SET model_spec = $2 WHERE id = $1',
        project.projectId,
        JSON.stringify(before?.model_spec),
      );
    }
  });

  it('stops when it is cancelled', async () => {
    const id = await simulate(400);
    await until(async () => {
      const rows = await query(
        'SELECT 1 FROM replay WHERE simulation_id = $1 AND jsonb_array_length(points) > 0',
        id,
      );
      return rows.length > 0;
    });
    await query(
      `UPDATE simulation SET abort_requested = true, state = 'cancelled' WHERE id = $1`,
      id,
    );
    await query(
      `UPDATE replay SET state = 'cancelled' WHERE simulation_id = $1 AND state = 'waiting'`,
      id,
    );
    await until(async () => {
      const rows = await query(
        `SELECT 1 FROM replay WHERE simulation_id = $1 AND state NOT IN ('cancelled', 'done')`,
        id,
      );
      return rows.length === 0;
    });
  });

  it('answers items of the queue as the demo annotator, each once a request', async () => {
    const { projectId, ownerId } = project;
    const machine = newId();
    await query(
      `INSERT INTO "user" (id, name, is_machine) VALUES ($1, 'Demo annotator', true)`,
      machine,
    );
    const request = newId();
    const ask = (jobId: string) =>
      harness.database.transaction((tx) =>
        enqueueJob(
          tx,
          'demo.annotate',
          {
            projectId: ProjectId.parse(projectId),
            userId: UserId.parse(machine),
            count: 25,
            request,
          },
          { jobId },
        ),
      );
    await ask('demo-1');
    const answered = () =>
      query('SELECT count(*)::int AS n FROM annotation WHERE project_id = $1', projectId);
    await until(async () => (await answered())[0]?.n === 25);
    await ask('demo-2');
    // A later job of the same worker has run when this one has.
    const after = newId();
    await harness.database.transaction((tx) =>
      enqueueJob(tx, 'maintenance.sweep', {}, { jobId: after }),
    );
    await until(async () => worker.output().includes(after));
    expect(await answered()).toEqual([{ n: 25 }]);
    const wrong = await query(
      `SELECT i.ordinal, l.answer->>'answer' AS answer FROM label l JOIN item i ON i.id = l.item_id
        WHERE l.project_id = $1 AND i.split = 'pool'`,
      projectId,
    );
    expect(wrong).toHaveLength(25);
    for (const row of wrong) expect(row.answer).toBe(project.truth(Number(row.ordinal)));
    expect(ownerId).not.toBe(machine);
  });
});
