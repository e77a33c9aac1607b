import { LabelSchema } from '@dubio/contracts';
import { type SeededProject, seedProject } from '@dubio/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixture, leaveCompressedModel, storeModel } from './support/stored-model.js';
import { startTestApp, type TestApp } from './support/test-app.js';

type Row = { features: number[]; colour: string; price: number };
type Noisy = { conformal: { exact: object; fast: object }; rows: Row[] };

const choices = ['red', 'green', 'blue'].map((value) => ({ value }));
const labelSchema = LabelSchema.parse({
  fields: [
    { kind: 'choice', name: 'colour', question: 'Which colour?', choices },
    { kind: 'number', name: 'price', question: 'How much?' },
  ],
});

let test: TestApp;
let seeded: SeededProject;
let owner: string;
let modelId: string;
let noisy: Noisy;
/** As a round stores them: of the network, and of a compressed one. */
let stored: { full: Noisy['conformal']; compressed: null };

beforeAll(async () => {
  test = await startTestApp();
  seeded = await seedProject(test.database, { items: 6 });
  owner = await test.signIn(seeded.ownerId);
  noisy = JSON.parse((await fixture('noisy.json')).toString());
  stored = { full: noisy.conformal, compressed: null };
  await test.database.pool.query('UPDATE project SET label_schema = $2 WHERE id = $1', [
    seeded.projectId,
    JSON.stringify(labelSchema),
  ]);
  const files = { exact: 'noisy.onnx', fast: 'noisy-fast.onnx' };
  ({ id: modelId } = await storeModel(test, seeded, { files, items: 6, conformal: stored }));
});
afterAll(() => test.close());

const predict = (sets?: object, mode = 'exact') =>
  test.call('POST', `/projects/${seeded.projectId}/models/${modelId}/predict`, {
    session: owner,
    body: { rows: noisy.rows.map((row) => row.features), mode, ...(sets ? { sets } : {}) },
  });

const setConformal = (conformal: object | null) =>
  test.database.pool.query('UPDATE model SET conformal = $2 WHERE id = $1', [
    modelId,
    conformal && JSON.stringify(conformal),
  ]);

/** Shares of the rows whose truth is in the set of each field, and the mean number of choices. */
function coverageOf(predictions: { fields: Record<string, { set: never }> }[]) {
  const counts = { colour: 0, price: 0, size: 0 };
  predictions.forEach((one, n) => {
    const { colour, price } = one.fields as unknown as {
      colour: { set: { choices: string[] } };
      price: { set: { interval: { low: number; high: number } } };
    };
    const truth = noisy.rows[n] as Row;
    const { low, high } = price.set.interval;
    counts.colour += colour.set.choices.includes(truth.colour) ? 1 : 0;
    counts.price += low <= truth.price && truth.price <= high ? 1 : 0;
    counts.size += colour.set.choices.length;
  });
  const rows = predictions.length;
  return { colour: counts.colour / rows, price: counts.price / rows, size: counts.size / rows };
}

describe('sets of answers', () => {
  it.each([
    ['exact', 0.8],
    ['exact', 0.95],
    ['fast', 0.8],
    ['fast', 0.95],
  ])(
    'of %s predictions hold the truth as often as was asked for, in %d of the cases',
    async (mode, coverage) => {
      const answer = await predict({ coverage }, mode);
      expect(answer.status).toBe(200);
      const basis = { coverage, method: 'split', calibrationRows: 200 };
      expect(answer.body.sets).toMatchObject([
        { ...basis, field: 'colour', measured: { count: 200 } },
        { ...basis, field: 'price', measured: { count: 200 } },
      ]);
      const found = coverageOf(answer.body.predictions);
      // Chance of the 600 rows and of the 200 that taught the limit; 3.5 deviations, a false alarm
      // in 2,000.
      const deviation = Math.sqrt(coverage * (1 - coverage) * (1 / noisy.rows.length + 1 / 200));
      for (const own of [found.colour, found.price]) {
        expect(Math.abs(own - coverage)).toBeLessThan(3.5 * deviation);
      }
      // Neither every choice nor only the favourite.
      expect(found.size).toBeGreaterThan(1.05);
      expect(found.size).toBeLessThan(2.9);
      for (const { measured } of answer.body.sets) {
        expect(measured.low).toBeLessThan(coverage + 3.5 * deviation);
        expect(measured.high).toBeGreaterThan(coverage - 3.5 * deviation);
      }
    },
  );

  it('that are adaptive hold at least as much, and always the favourite', async () => {
    const answer = await predict({ coverage: 0.8, method: 'adaptive' });
    const found = coverageOf(answer.body.predictions);
    const deviation = Math.sqrt(0.8 * 0.2 * (1 / noisy.rows.length + 1 / 200));
    expect(found.colour).toBeGreaterThan(0.8 - 3.5 * deviation);
    for (const { fields } of answer.body.predictions) {
      expect(fields.colour.set.choices).toContain(fields.colour.value);
      expect(fields.colour.set.interval).toBeNull();
    }
    // An interval is made in one way only.
    const split = await predict({ coverage: 0.8 });
    expect(answer.body.predictions[0].fields.price.set).toEqual(
      split.body.predictions[0].fields.price.set,
    );
  });

  it('grow with the coverage, and are not there where none were asked for', async () => {
    const [less, more] = [await predict({ coverage: 0.6 }), await predict({ coverage: 0.9 })];
    less.body.predictions.forEach((one: never, n: number) => {
      const small = (one as { set: { choices: string[] } }).set.choices;
      expect(more.body.predictions[n].set.choices).toEqual(expect.arrayContaining(small));
    });
    const none = await predict();
    expect(none.body.sets).toBeNull();
    expect(none.body.predictions[0].set).toBeNull();
  });

  it('are refused with what to do where too few rows taught a limit', async () => {
    const answer = await predict({ coverage: 0.999 });
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({
      code: 'model.no-sets',
      detail: expect.stringContaining('at least 999 calibration rows, and "colour" has 200'),
      fields: [{ field: 'body.sets.coverage', expected: 'at most 200/201', got: '0.999' }],
    });
    expect((await predict({ coverage: 0.995 })).status).toBe(200);
    const wrong = await predict({ coverage: 1 });
    expect(wrong.status).toBe(400);
    expect(wrong.body.fields[0].field).toBe('body.sets.coverage');
  });

  it('are refused where a model has no calibration rows at all', async () => {
    for (const conformal of [null, { full: { exact: null, fast: null }, compressed: null }]) {
      await setConformal(conformal);
      const answer = await predict({ coverage: 0.9 });
      expect(answer.status).toBe(422);
      expect(answer.body).toMatchObject({
        code: 'model.no-sets',
        fields: [{ field: 'body.sets' }],
      });
      expect(answer.body.detail).toContain('start a round');
    }
    const several = { fields: [{ split: null, adaptive: null }] };
    await setConformal({ full: { exact: several, fast: null }, compressed: null });
    expect((await predict({ coverage: 0.9 })).body.detail).toContain('not for several choices');
    await setConformal(stored);
    expect((await predict({ coverage: 0.9 })).status).toBe(200);
  });

  it('go by the limits of the compressed model while that one predicts', async () => {
    const onlyCompressed = { full: { exact: null, fast: null }, compressed: noisy.conformal };
    await setConformal(onlyCompressed);
    await leaveCompressedModel(test, modelId, {
      passed: true,
      stored: true,
      files: { exact: 'noisy.onnx', fast: 'noisy-fast.onnx' },
    });
    const want = (useCompressedModel: boolean) =>
      test.call('PATCH', `/projects/${seeded.projectId}`, {
        session: owner,
        body: { policies: { useCompressedModel } },
      });
    expect((await predict({ coverage: 0.9 })).body.code).toBe('model.no-sets');
    expect((await want(true)).status).toBe(200);
    for (const mode of ['exact', 'fast']) {
      const answer = await predict({ coverage: 0.9 }, mode);
      expect(answer.body).toMatchObject({
        network: 'compressed',
        sets: [{ calibrationRows: 200 }, {}],
      });
      expect(coverageOf(answer.body.predictions).colour).toBeGreaterThan(0.8);
    }
    // A compressed model without limits does not borrow those of the full one.
    await setConformal(stored);
    expect((await predict({ coverage: 0.9 })).body.code).toBe('model.no-sets');
    await want(false);
    expect((await predict({ coverage: 0.9 })).body.network).toBe('full');
  });
});
