import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createTensorflowEngine } from '@dubio/bayes-core';
import { ProjectId, UserId } from '@dubio/contracts';
import { createDemoProject } from '@dubio/labelling';
import { enqueueJob, newId } from '@dubio/platform';
import { seedProject } from '@dubio/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, startHarness, until, type WorkerOptions } from './harness.js';
import { queueOf, roundEnd, seedRoundProject, startRound } from './round-project.js';

const LABELS = 40;
/** Why native TensorFlow does not load here, or null when it does. */
const missing: string | null = await createTensorflowEngine({ backend: 'native' }).then(
  () => null,
  (error: Error) => error.message,
);

describe('a round on either engine', () => {
  let harness: Harness;
  let emptyHome: string;
  beforeAll(async () => {
    harness = await startHarness();
    emptyHome = await mkdtemp(path.join(os.tmpdir(), 'dubio-no-tensorflow-'));
  });
  afterAll(async () => {
    await harness.close();
    await rm(emptyHome, { recursive: true, force: true });
  });

  /** The demo digits with 40 answers and no round yet. */
  async function seedDigits(): Promise<string> {
    const { workspaceId } = await seedProject(harness.database);
    const { projectId } = await createDemoProject(harness.database, harness.store, { workspaceId });
    const machine = newId();
    const { pool } = harness.database;
    await pool.query(`INSERT INTO "user" (id, name, is_machine) VALUES ($1, 'Annotator', true)`, [
      machine,
    ]);
    await pool.query(
      `UPDATE project SET policies = policies || '{"retrainAfterLabels": null}' WHERE id = $1`,
      [projectId],
    );
    await harness.database.transaction((tx) =>
      enqueueJob(tx, 'demo.annotate', {
        projectId: ProjectId.parse(projectId),
        userId: UserId.parse(machine),
        count: LABELS,
        request: newId(),
      }),
    );
    await until(async () => {
      const { rows } = await pool.query<{ count: string }>(
        'SELECT count(*) FROM label WHERE project_id = $1 AND annotations > 0',
        [projectId],
      );
      return Number(rows[0]?.count) === LABELS;
    });
    return ProjectId.parse(projectId);
  }

  async function runRound(seed: () => Promise<string>, options: WorkerOptions) {
    const worker = await harness.startWorker(options);
    const projectId = await seed();
    const end = await roundEnd(harness, await startRound(harness, projectId));
    expect(end).toMatchObject({ state: 'ready', failure_message: null });
    const queue = (await queueOf(harness, projectId)).map(
      (line) => JSON.parse(line) as Record<string, unknown>,
    );
    await worker.stop();
    // How long a stage took is no result.
    const metrics = Object.fromEntries(
      Object.entries(end.metrics ?? {}).filter(([name]) => !name.endsWith('Seconds')),
    );
    return { metrics, queue, output: worker.output() };
  }

  type Outcome = Awaited<ReturnType<typeof runRound>>;

  function expectSameRound(actual: Outcome, expected: Outcome): void {
    expect(expected.queue.length).toBeGreaterThan(50);
    expect(actual.queue.map(({ ordinal }) => ordinal)).toEqual(
      expected.queue.map(({ ordinal }) => ordinal),
    );
    expected.queue.forEach((entry, i) => {
      expectSameFigures(actual.queue[i] ?? {}, entry);
    });
    expectSameFigures(actual.metrics, expected.metrics);
  }

  /** Numbers to 1e-4, everything else exactly. */
  function expectSameFigures(
    actual: Record<string, unknown>,
    expected: Record<string, unknown>,
  ): void {
    for (const [name, value] of Object.entries(expected)) {
      if (typeof value !== 'number') expect(actual[name]).toEqual(value);
      else expect(Math.abs(Number(actual[name]) - value), name).toBeLessThan(1e-4);
    }
  }

  it('gives the same numbers and the same queue on native TensorFlow, on the demo digits', async (context) => {
    if (missing !== null) context.skip(missing);
    const onnx = await runRound(seedDigits, { engine: 'onnx' });
    const tensorflow = await runRound(seedDigits, { engine: 'tensorflow', memoryMb: 2048 });
    expect(onnx.output).toContain('"engine":"onnx"');
    expect(tensorflow.output).toContain('"engine":"tensorflow, native"');
    expectSameRound(tensorflow, onnx);
  });

  it('gives the same numbers and the same queue on TensorFlow in JavaScript', async () => {
    const seed = async () => {
      const modelSpec = { maxEpochs: 4, samples: 10 };
      return (await seedRoundProject(harness, { shards: 1, modelSpec })).projectId;
    };
    const onnx = await runRound(seed, { engine: 'onnx' });
    const tensorflow = await runRound(seed, { engine: 'tensorflow', home: emptyHome });
    expect(tensorflow.output).toContain('"engine":"tensorflow, javascript"');
    expectSameRound(tensorflow, onnx);
  });
});
