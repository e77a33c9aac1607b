import { type SeededProject, seedProject } from '@dubio/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixture, storeModel } from './support/stored-model.js';
import { startTestApp, type TestApp } from './support/test-app.js';

const FITTED = {
  columns: [
    { kind: 'number', name: 'width', mean: 10, deviation: 2, missing: false },
    { kind: 'number', name: 'height', mean: 100, deviation: 20, missing: false },
  ],
  ignored: [],
};
const ITEMS = 40;

let test: TestApp;
let seeded: SeededProject;
let owner: string;
let modelId: string;
let url: string;

/** A score file as `round.select` writes it: safetensors with one column a name. */
function scoreFile(rows: number): Uint8Array {
  const floats = (pick: (row: number) => number) =>
    new Uint8Array(Float32Array.from({ length: rows }, (_, row) => pick(row)).buffer);
  const integers = (length: number, pick: (at: number) => number) =>
    new Uint8Array(Int32Array.from({ length }, (_, at) => pick(at)).buffer);
  const columns: [string, string, number[], Uint8Array][] = [
    ['total', 'F32', [rows], floats((row) => row * 0.015)],
    ['aleatoric', 'F32', [rows], floats((row) => row * 0.005)],
    ['epistemic', 'F32', [rows], floats((row) => row * 0.01)],
    ['score', 'F32', [rows], floats((row) => row)],
    ['mean', 'F32', [rows], floats(() => 0)],
    ['ordinal', 'I32', [rows], integers(rows, (row) => row)],
    ['predicted', 'I32', [rows], integers(rows, (row) => row % 2)],
    ['votes', 'I32', [rows, 2], integers(rows * 2, (at) => (at % 2 === 0 ? 15 : 5))],
  ];
  let end = 0;
  const header = Object.fromEntries(
    columns.map(([name, dtype, shape, bytes]) => {
      const start = end;
      end += bytes.length;
      return [name, { dtype, shape, data_offsets: [start, end] }];
    }),
  );
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, ...columns.map((column) => column[3])]);
}

beforeAll(async () => {
  test = await startTestApp();
  seeded = await seedProject(test.database, { items: ITEMS, choices: ['small', 'big', 'huge'] });
  owner = await test.signIn(seeded.ownerId);
  const features = { kind: 'table', fitted: FITTED };
  const files = { exact: 'predictive.onnx' };
  const model = await storeModel(test, seeded, { files, features, items: ITEMS });
  modelId = model.id;
  url = `/projects/${seeded.projectId}`;
  await test.store.put(`${model.folder}/pool.bin`, scoreFile(ITEMS));
});
afterAll(() => test.close());

const predict = (rows: unknown[], mode?: string) =>
  test.call('POST', `${url}/models/${modelId}/predict`, {
    session: owner,
    body: { rows, ...(mode === undefined ? {} : { mode }) },
  });

const setFast = (key: string | null, problem: string | null) =>
  test.database.pool.query('UPDATE model SET fast_onnx_key = $2, fast_problem = $3 WHERE id = $1', [
    modelId,
    key,
    problem,
  ]);

describe('predictions', () => {
  it('answer named rows in the words of the project, with both kinds of uncertainty', async () => {
    const answer = await predict([
      { width: 13, height: 130 },
      { width: 7, height: 70 },
      { width: 10, height: 100 },
    ]);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ unit: 'nats', roundNumber: 1, mode: 'exact' });
    const [big, small, between] = answer.body.predictions;
    expect(big.value).toBe('big');
    expect(small.value).toBe('small');
    // The model was trained before "huge" was added.
    expect(Object.keys(big.probabilities)).toEqual(['small', 'big']);
    for (const row of answer.body.predictions) {
      const { small: a, big: b } = row.probabilities;
      expect(a + b).toBeCloseTo(1, 5);
      expect(row.aleatoric + row.epistemic).toBeCloseTo(row.total, 4);
    }
    expect(between.total).toBeGreaterThan(big.total);
  });

  it('take features as lists, as the feature set stores them', async () => {
    const named = await predict([{ width: 13, height: 130 }]);
    const listed = await predict([[1.5, 1.5]]);
    expect(listed.body.predictions).toEqual(named.body.predictions);
  });

  it('name the row that does not fit', async () => {
    const answer = await predict([
      [1, 2],
      [1, 2, 3],
    ]);
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({
      code: 'model.bad-input',
      fields: [{ field: 'body.rows.1', expected: '2 values', got: '3' }],
    });
  });
});

describe('fast predictions', () => {
  const rows = [
    { width: 13, height: 130 },
    { width: 7, height: 70 },
    { width: 10, height: 100 },
    { width: 11, height: 95 },
  ];

  it('come from one pass, say so, and are near to the exact ones', async () => {
    const key = `projects/${seeded.projectId}/predictive-fast.onnx`;
    await test.store.put(key, await fixture('predictive-fast.onnx'));
    await setFast(key, null);
    const [exact, fast] = [await predict(rows, 'exact'), await predict(rows, 'fast')];
    expect([exact.body.mode, fast.body.mode]).toEqual(['exact', 'fast']);
    expect(fast.status).toBe(200);
    expect(fast.body.predictions).not.toEqual(exact.body.predictions);
    for (const [i, own] of fast.body.predictions.entries()) {
      const other = exact.body.predictions[i];
      expect(own.value).toBe(other.value);
      expect(Math.abs(own.probabilities.big - other.probabilities.big)).toBeLessThan(0.1);
      expect(Math.abs(own.epistemic - other.epistemic)).toBeLessThan(0.05);
      expect(own.aleatoric + own.epistemic).toBeCloseTo(own.total, 4);
    }
    // Both stay in memory side by side.
    expect((await predict(rows)).body).toEqual(exact.body);
  });

  it('that the model cannot give are refused with what to do', async () => {
    await setFast(null, 'an ensemble of 3 networks has no mean; ask for exact predictions');
    const refused = await predict(rows, 'fast');
    expect(refused.status).toBe(422);
    expect(refused.body).toMatchObject({
      code: 'model.no-fast',
      detail: expect.stringContaining('an ensemble of 3 networks'),
      fields: [{ field: 'body.mode', expected: 'exact for this model', got: 'fast' }],
    });
    await setFast(null, null);
    const older = await predict(rows, 'fast');
    expect(older.body.detail).toMatch(/trained before.*start a round, or ask for exact/);
    expect((await predict(rows)).status).toBe(200);
  });

  it('are asked for by a name that exists', async () => {
    const wrong = await predict(rows, 'quick');
    expect(wrong.status).toBe(400);
    expect(wrong.body.fields[0].field).toBe('body.mode');
  });
});

describe('the compressed model', () => {
  const path = () => `${url}/models/${modelId}/compression`;
  const get = (at: string) => test.call('GET', at, { session: owner });

  it('is not there where weights say nothing about noise', async () => {
    for (const at of [path(), `${path()}/compressed.onnx`]) {
      const answer = await get(at);
      expect(answer.status).toBe(404);
      expect(answer.body.detail).toContain('choose posterior');
    }
  });

  it('is described and downloaded', async () => {
    const figures = { accuracy: null, rmse: null, nll: 0.5 };
    const compression = {
      layers: [],
      numbers: { before: 100, after: 10 },
      bits: { before: 3200, after: 80 },
      importance: [0.5, 0],
      inputShape: [2],
      heldOut: 30,
      full: figures,
      compressed: figures,
      rounded: figures,
      gate: { passed: true, reason: 'Not clearly worse.' },
      onnxBytes: 4,
    };
    const key = `projects/${seeded.projectId}/small.onnx`;
    await test.store.put(key, new Uint8Array([1, 2, 3, 4]));
    await test.database.pool.query(
      'UPDATE model SET compression = $2, compressed_onnx_key = $3 WHERE id = $1',
      [modelId, JSON.stringify(compression), key],
    );
    expect((await get(path())).body).toEqual(compression);
    const file = await get(`${path()}/compressed.onnx`);
    expect(file.headers['content-disposition']).toBe(
      'attachment; filename="round-1-compressed.onnx"',
    );
    expect(file.text).toBe('\u0001\u0002\u0003\u0004');
  });
});

describe('models', () => {
  it('are listed, downloaded and put to use', async () => {
    const list = await test.call('GET', `${url}/models`, { session: owner });
    expect(list.body.items).toMatchObject([{ id: modelId, promoted: false, labels: 20 }]);
    const file = await test.call('GET', `${url}/models/${modelId}/model.onnx`, { session: owner });
    expect(file.headers['content-disposition']).toBe('attachment; filename="round-1.onnx"');
    expect(Number(file.headers['content-length'])).toBe(list.body.items[0].onnxBytes);
    const weights = await test.call('GET', `${url}/models/${modelId}/model.safetensors`, {
      session: owner,
    });
    expect(weights.text).toBe('\u0001\u0002\u0003');
    const promoted = await test.call('POST', `${url}/models/${modelId}/promote`, {
      session: owner,
    });
    expect(promoted.body.promoted).toBe(true);
  });
});

describe('uncertainty', () => {
  it('shows the whole pool as counts and a sample as dots', async () => {
    const plane = await test.call('GET', `${url}/uncertainty?points=100`, { session: owner });
    expect(plane.body).toMatchObject({ roundNumber: 1, kind: 'class', items: ITEMS });
    expect(plane.body.points).toHaveLength(ITEMS);
    const sum = (cells: { count: number }[]) => cells.reduce((all, cell) => all + cell.count, 0);
    expect(sum(plane.body.cells)).toBe(ITEMS);
    const { counts } = plane.body.epistemicHistogram;
    expect(counts.reduce((a: number, b: number) => a + b)).toBe(ITEMS);
  });

  it('lists what lies inside a rectangle, most epistemic first', async () => {
    const box = 'epistemicMin=0.095&epistemicMax=0.205&aleatoricMin=0&aleatoricMax=1&limit=4';
    const inside = await test.call('GET', `${url}/uncertainty/items?${box}`, { session: owner });
    expect(inside.body.total).toBe(11);
    expect(inside.body.items.map((i: { item: { ordinal: number } }) => i.item.ordinal)).toEqual([
      20, 19, 18, 17,
    ]);
    expect(inside.body.items[0].uncertainty).toMatchObject({ predictedClass: 0, votes: [15, 5] });
  });
});
