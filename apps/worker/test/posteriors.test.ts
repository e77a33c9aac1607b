import {
  ModelCompression,
  ModelMetrics,
  ModelSpec,
  Posterior,
  ProjectId,
  UserId,
} from '@dubio/contracts';
import { posteriorsThat } from '@dubio/contracts/catalogue';
import { createDemoProject } from '@dubio/labelling';
import { enqueueJob, newId } from '@dubio/platform';
import { seedProject } from '@dubio/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, startHarness, until } from './harness.js';
import { queueOf } from './round-project.js';

const KINDS = Posterior.options.map(({ shape }) => shape.kind.value);
const SETTINGS: Partial<Record<(typeof KINDS)[number], object>> = {
  'mc-dropout': { rate: 0.25 },
  ensemble: { members: 2 },
  swag: { epochs: 5 },
};
const LABELS = 60;

const COMPRESSIBLE: readonly string[] = posteriorsThat('compresses');

/**
 * Posteriors that say what is noise leave a compressed model beside the model; others leave none.
 */
async function expectCompression(harness: Harness, roundId: string, kind: string): Promise<void> {
  const { rows } = await harness.database.pool.query<Record<string, unknown>>(
    'SELECT compression, metrics, compressed_onnx_key FROM model WHERE round_id = $1',
    [roundId],
  );
  const { compression, metrics, compressed_onnx_key: key } = rows[0]!;
  const { history } = ModelMetrics.parse(metrics);
  if (!COMPRESSIBLE.includes(kind)) {
    expect([compression, key]).toEqual([null, null]);
    expect(history.every(({ descriptionLength }) => descriptionLength === null)).toBe(true);
    return;
  }
  expect(history.every(({ descriptionLength }) => descriptionLength!.complexityBits > 0)).toBe(
    true,
  );
  const found = ModelCompression.parse(compression);
  expect(found.layers.map(({ name }) => name)).toEqual(['dense1', 'head']);
  expect(found.layers[0]!.inputs.before).toBe(64);
  expect(found.importance).toHaveLength(64);
  expect(found.importance!.filter((each) => each > 0)).toHaveLength(found.layers[0]!.inputs.after);
  expect(found.numbers.before).toBe(65 * 64 + 65 * 10);
  expect(found.numbers.after).toBeLessThanOrEqual(found.numbers.before);
  expect(found.bits.after).toBeLessThan(found.bits.before);
  expect(found.compressed.accuracy!.value).toBeGreaterThan(0.4);
  expect(found.gate.reason).toMatch(/held-out items/);
  expect((await harness.store.head(String(key)))!.sizeBytes).toBe(found.onnxBytes);
}

describe('rounds on the demo digits', () => {
  let harness: Harness;
  const machine = newId();

  beforeAll(async () => {
    harness = await startHarness();
    await harness.startWorker({ concurrency: 2 });
    await harness.database.pool.query(
      `INSERT INTO "user" (id, name, is_machine) VALUES ($1, 'Demo annotator', true)`,
      [machine],
    );
  });
  afterAll(() => harness.close());

  it.each(KINDS)('train, score and predict with %s', async (kind) => {
    const { workspaceId } = await seedProject(harness.database);
    const { projectId } = await createDemoProject(harness.database, harness.store, { workspaceId });
    const spec = ModelSpec.parse({
      network: { preset: 'mlp', hidden: [64], activation: 'relu' },
      posterior: { kind, ...SETTINGS[kind] },
      samples: kind === 'point' ? 1 : 10,
      maxEpochs: 40,
    });
    await harness.database.pool.query('UPDATE project SET model_spec = $2 WHERE id = $1', [
      projectId,
      JSON.stringify(spec),
    ]);
    await harness.database.transaction((tx) =>
      enqueueJob(tx, 'demo.annotate', {
        projectId: ProjectId.parse(projectId),
        userId: UserId.parse(machine),
        count: LABELS,
        request: newId(),
      }),
    );
    const round = await until(async () => {
      const { rows } = await harness.database.pool.query<Record<string, unknown>>(
        `SELECT id, failure_message, metrics FROM round WHERE project_id = $1
          AND state IN ('ready', 'superseded', 'failed') ORDER BY number LIMIT 1`,
        [projectId],
      );
      return rows[0] ?? null;
    });
    expect(round.failure_message).toBeNull();
    const { metric, epistemicMean } = round.metrics as { metric: number; epistemicMean: number };
    expect(metric).toBeGreaterThan(0.4);
    if (kind === 'point') expect(epistemicMean).toBeLessThan(1e-4);
    else expect(epistemicMean).toBeGreaterThan(1e-4);
    expect((await queueOf(harness, String(projectId))).length).toBeGreaterThan(0);
    const { rows } = await harness.database.pool.query<Record<string, string | null>>(
      'SELECT artifact_key, onnx_key, fast_onnx_key, fast_problem FROM model WHERE round_id = $1',
      [round.id],
    );
    const { fast_onnx_key, fast_problem, ...stored } = rows[0] ?? {};
    const hasFast = kind !== 'ensemble' && kind !== 'swag';
    expect(fast_onnx_key !== null).toBe(hasFast);
    if (!hasFast) expect(fast_problem).toContain('ask for exact predictions');
    for (const key of [...Object.values(stored), ...(fast_onnx_key ? [fast_onnx_key] : [])])
      expect((await harness.store.head(key ?? ''))?.sizeBytes).toBeGreaterThan(1000);
    await expectCompression(harness, String(round.id), kind);
  });
});
