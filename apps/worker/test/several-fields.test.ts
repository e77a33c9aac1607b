import { unpackScores } from '@dubio/active-learning';
import { createOnnxEngine, createPredictor, loadPosterior } from '@dubio/bayes-core';
import {
  AcquisitionSpec,
  AnnotationInput,
  ConformalScores,
  ImportId,
  LabelSchema,
  ModelSpec,
  ProjectId,
  SimulationId,
} from '@dubio/contracts';
import { submitAnnotations } from '@dubio/labelling';
import { enqueueJob, newId } from '@dubio/platform';
import { seedProject } from '@dubio/platform/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Harness, startHarness, until } from './harness.js';
import { roundEnd, startRound } from './round-project.js';

type Row = Record<string, unknown>;

const ROWS = 400;
const LABELLED = 150;
const labelSchema = LabelSchema.parse({
  fields: [
    {
      kind: 'choice',
      name: 'side',
      question: 'Which side?',
      choices: [{ value: 'left' }, { value: 'right' }],
    },
    { kind: 'number', name: 'price', question: 'How much?', unit: '€' },
    {
      kind: 'choices',
      name: 'marks',
      question: 'What is on it?',
      choices: [{ value: 'high' }, { value: 'far' }],
    },
  ],
});

/** Two numbers from -1 to 1, spread evenly. */
const place = (row: number) => [((row * 0.618) % 1) * 2 - 1, ((row * 0.755) % 1) * 2 - 1] as const;

function answerOf(row: number) {
  const [x, y] = place(row);
  return {
    side: x > 0 ? 'right' : 'left',
    price: Math.round(100 + 30 * x - 20 * y + 3 * Math.sin(row * 17)),
    marks: [...(y > 0 ? ['high'] : []), ...(x * x + y * y > 0.7 ? ['far'] : [])],
  };
}

function csv(): string {
  const lines = Array.from({ length: ROWS }, (_, row) => {
    const [x, y] = place(row);
    const { side, price, marks } = answerOf(row);
    const answers =
      row < LABELLED ? `${side},${price},${marks.length > 0 ? marks.join('|') : '[]'}` : ',,';
    return `row-${row},${x.toFixed(4)},${y.toFixed(4)},${answers}`;
  });
  return `id,x,y,side,price,marks\n${lines.join('\n')}\nbad,0,0,right,5,low\n`;
}

let harness: Harness;
const query = async (text: string, ...values: unknown[]): Promise<Row[]> =>
  (await harness.database.pool.query<Row>(text, values)).rows;

beforeAll(async () => {
  harness = await startHarness();
  await harness.startWorker({ concurrency: 2 });
});
afterAll(() => harness.close());

async function importedProject() {
  const seeded = await seedProject(harness.database, { policies: { retrainAfterLabels: null } });
  const { projectId } = seeded;
  const modelSpec = ModelSpec.parse({
    network: { preset: 'mlp', hidden: [32], activation: 'relu' },
    posterior: { kind: 'mc-dropout', rate: 0.1 },
    optimiser: { kind: 'adam', learningRate: 0.01, weightDecay: 0 },
    noise: { numbers: 'per-item', logits: true },
    maxEpochs: 30,
    samples: 20,
  });
  await query(
    `UPDATE project SET item_kind = 'table', featuriser = '{"kind":"table"}', seed = 3,
       label_schema = $2, model_spec = $3, acquisition = $4 WHERE id = $1`,
    projectId,
    JSON.stringify(labelSchema),
    JSON.stringify(modelSpec),
    JSON.stringify(AcquisitionSpec.parse({ rule: 'bald' })),
  );
  const importId = newId();
  const key = `projects/${projectId}/imports/${importId}/content`;
  const bytes = new TextEncoder().encode(csv());
  await harness.store.put(key, bytes);
  const options = { kind: 'csv', header: true, split: 'pool', takeAnswers: true };
  await query(
    `INSERT INTO import (id, project_id, state, file_name, options, content_key, bytes_total)
     VALUES ($1, $2, 'queued', 'rows.csv', $3, $4, $5)`,
    importId,
    projectId,
    JSON.stringify(options),
    key,
    bytes.length,
  );
  await harness.database.transaction((tx) =>
    enqueueJob(tx, 'import.run', {
      importId: ImportId.parse(importId),
      projectId: ProjectId.parse(projectId),
    }),
  );
  await until(async () => {
    const [row] = await query(
      `SELECT 1 FROM feature_set f JOIN project p ON p.id = f.project_id
        WHERE p.id = $1 AND f.rows = $2`,
      projectId,
      ROWS,
    );
    return row ?? null;
  });
  return { ...seeded, importId };
}

it('imports, trains, orders and stores a project with a choice, a number and several choices', async () => {
  const { projectId, ownerId, importId } = await importedProject();
  expect(
    await query('SELECT line, field, reason FROM import_problem WHERE import_id = $1', importId),
  ).toEqual([
    {
      line: ROWS + 2,
      field: 'marks',
      reason: 'Expected a list of some of high, far, each at most once, got ["low"].',
    },
  ]);

  // One more label as a person gives it, with all three answers.
  const [item] = await query(
    'SELECT id FROM item WHERE project_id = $1 AND ordinal = $2',
    projectId,
    LABELLED,
  );
  const outcomes = await submitAnnotations(harness.database, { projectId, userId: ownerId }, [
    AnnotationInput.parse({
      key: newId(),
      itemId: item!.id,
      kind: 'answer',
      answer: answerOf(LABELLED),
      durationMs: 1200,
    }),
  ]);
  expect(outcomes).toMatchObject([{ status: 'stored' }]);
  const [label] = await query('SELECT answer FROM label WHERE item_id = $1', item!.id);
  expect(label!.answer).toEqual(answerOf(LABELLED));

  const roundId = await startRound(harness, projectId);
  expect(await roundEnd(harness, roundId)).toMatchObject({ state: 'ready', failure_message: null });

  const [model] = await query(
    'SELECT metrics, artifact_key, onnx_bytes, conformal FROM model WHERE round_id = $1',
    roundId,
  );
  const { fields } = model!.metrics as { fields: Row[] };
  expect(fields.map(({ name, kind }) => [name, kind])).toEqual([
    ['side', 'class'],
    ['price', 'number'],
    ['marks', 'choices'],
  ]);
  expect((fields[0]!.accuracy as { value: number }).value).toBeGreaterThan(0.8);
  expect(fields[1]!.rmse).toBeLessThan(15);
  expect((fields[2]!.accuracy as { value: number }).value).toBeGreaterThan(0.5);
  expect(model!.onnx_bytes).toBeGreaterThan(1000);
  // A temperature for each field but numbers, and sets of any coverage for each but several
  // choices.
  expect(fields.map(({ temperature }) => temperature)).toEqual([
    expect.any(Number),
    null,
    expect.any(Number),
  ]);
  expect(fields.map(({ temperature }) => temperature === 1)).not.toContain(true);
  const { exact, fast } = (model!.conformal as { full: { exact: unknown; fast: unknown } }).full;
  const { fields: scores } = ConformalScores.parse(exact);
  expect(scores.map(({ split, adaptive }) => [split !== null, adaptive !== null])).toEqual([
    [true, true],
    [true, false],
    [false, false],
  ]);
  const calibration = unpackScores(scores[0]!.split!.calibration);
  expect(calibration.length).toBeGreaterThan(5);
  expect([...calibration]).toEqual([...calibration].sort((a, b) => a - b));
  // Noise of the logits leaves no fast form.
  expect(fast).toBeNull();

  // One queue over all fields: by the information in the answers to all of them.
  const queue = await query(
    `SELECT i.ordinal, q.epistemic, q.origin FROM queue_entry q JOIN item i ON i.id = q.item_id
       JOIN project p ON p.id = q.project_id
      WHERE q.project_id = $1 AND q.generation = p.generation ORDER BY q.rank`,
    projectId,
  );
  const wanted = queue.filter(({ origin }) => origin === 'acquisition');
  expect(wanted.length).toBeGreaterThan(100);
  const uncertainties = wanted.map(({ epistemic }) => Number(epistemic));
  expect(uncertainties).toEqual([...uncertainties].sort((a, b) => b - a));

  const posterior = loadPosterior(await harness.store.get(String(model!.artifact_key)));
  const predictor = await createPredictor({ engine: createOnnxEngine(), posterior, samples: 20 });
  const features = { data: Float32Array.of(0.8, 0.8), rows: 1, shape: [2] };
  const moments = await predictor.moments(features);
  await predictor.dispose();
  expect(moments).toMatchObject({
    kind: 'fields',
    fields: [
      { name: 'side', moments: { kind: 'class' } },
      { name: 'price', moments: { kind: 'number' } },
      { name: 'marks', moments: { kind: 'choices' } },
    ],
  });
}, 120_000);

it('replays the loop on known answers to all fields', async () => {
  const { projectId } = await importedProject();
  const simulationId = newId();
  const spec = {
    rules: ['bald'],
    seeds: 1,
    startLabels: 20,
    batch: 20,
    endLabels: 60,
    poolSize: 120,
  };
  await query(
    'INSERT INTO simulation (id, project_id, spec) VALUES ($1, $2, $3)',
    simulationId,
    projectId,
    JSON.stringify({ ...spec, beta: null }),
  );
  await query(
    `INSERT INTO replay (simulation_id, project_id, rule, seed) VALUES ($1, $2, 'bald', 1)`,
    simulationId,
    projectId,
  );
  await harness.database.transaction((tx) =>
    enqueueJob(tx, 'simulation.run', {
      simulationId: SimulationId.parse(simulationId),
      projectId: ProjectId.parse(projectId),
      rule: 'bald',
      seed: 1,
    }),
  );
  const done = await until(async () => {
    const [row] = await query(
      `SELECT state, points, chosen, error FROM replay
       WHERE simulation_id = $1 AND state NOT IN ('waiting', 'running')`,
      simulationId,
    );
    return row ?? null;
  });
  expect(done).toMatchObject({ state: 'done', error: null });
  const points = done.points as { labels: number; metric: number }[];
  expect(points.map(({ labels }) => labels)).toEqual([20, 40, 60]);
  // The curve is the accuracy of the first field.
  for (const { metric } of points) expect(metric).toBeGreaterThan(0.6);
  for (const { metric } of points) expect(metric).toBeLessThanOrEqual(1);
  expect(new Set(done.chosen as number[]).size).toBe(60);
}, 120_000);
