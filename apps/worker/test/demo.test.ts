import { ProjectId, UserId } from '@dubio/contracts';
import { createDemoProject } from '@dubio/labelling';
import { enqueueJob, newId } from '@dubio/platform';
import { seedProject } from '@dubio/platform/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Harness, startHarness, until } from './harness.js';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
  await harness.startWorker({ concurrency: 2 });
});
afterAll(() => harness.close());

it('turns the loop on the demo digits: answers, a round, a better queue, another round', async () => {
  const { workspaceId } = await seedProject(harness.database);
  const { projectId } = await createDemoProject(harness.database, harness.store, { workspaceId });
  const machine = newId();
  await harness.database.pool.query(
    `INSERT INTO "user" (id, name, is_machine) VALUES ($1, 'Demo annotator', true)`,
    [machine],
  );
  const answer = (count: number) =>
    harness.database.transaction((tx) =>
      enqueueJob(tx, 'demo.annotate', {
        projectId: ProjectId.parse(projectId),
        userId: UserId.parse(machine),
        count,
        request: newId(),
      }),
    );
  const ready = (number: number) =>
    until(async () => {
      const { rows } = await harness.database.pool.query<{
        state: string;
        failure_message: string | null;
        metrics: { metric: number; heldOutSource: string };
      }>(
        `SELECT state, failure_message, metrics FROM round
          WHERE project_id = $1 AND number = $2 AND state IN ('ready', 'superseded', 'failed')`,
        [projectId, number],
      );
      return rows[0] ?? null;
    });
  await answer(30);
  const first = await ready(1);
  expect(first).toMatchObject({ failure_message: null, metrics: { heldOutSource: 'test' } });
  await answer(60);
  const second = await ready(2);
  expect(second.failure_message).toBeNull();
  expect(second.metrics.metric).toBeGreaterThan(first.metrics.metric);
});
