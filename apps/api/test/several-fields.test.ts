import { LabelSchema } from '@dubio/contracts';
import { newId } from '@dubio/platform';
import { type SeededProject, seedProject } from '@dubio/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storeModel } from './support/stored-model.js';
import { startTestApp, type TestApp } from './support/test-app.js';

const labelSchema = LabelSchema.parse({
  fields: [
    {
      kind: 'choice',
      name: 'size',
      question: 'Which size?',
      choices: [{ value: 'small' }, { value: 'big' }],
    },
    { kind: 'number', name: 'price', question: 'How much?', unit: '€' },
    {
      kind: 'choices',
      name: 'marks',
      question: 'What is on it?',
      choices: [{ value: 'left' }, { value: 'right' }],
    },
  ],
});

let test: TestApp;
let seeded: SeededProject;
let owner: string;
let url: string;

beforeAll(async () => {
  test = await startTestApp();
  seeded = await seedProject(test.database, { items: 6, queue: true });
  owner = await test.signIn(seeded.ownerId);
  url = `/projects/${seeded.projectId}`;
  await test.database.pool.query('UPDATE project SET label_schema = $2 WHERE id = $1', [
    seeded.projectId,
    JSON.stringify(labelSchema),
  ]);
});
afterAll(() => test.close());

const submit = (at: number, answer: unknown) =>
  test.call('POST', `${url}/annotations`, {
    session: owner,
    body: {
      annotations: [
        { key: newId(), itemId: seeded.itemIds[at], kind: 'answer', answer, durationMs: 900 },
      ],
    },
  });

describe('a project with several fields', () => {
  it('takes an answer to all of them at once, and says which one does not fit', async () => {
    const good = await submit(0, { size: 'big', price: 12.5, marks: ['right', 'left'] });
    expect(good.body.outcomes).toMatchObject([{ status: 'stored' }]);
    const none = await submit(1, { size: 'small', price: 3, marks: [] });
    expect(none.body.outcomes).toMatchObject([{ status: 'stored' }]);
    const missing = await submit(2, { size: 'small', marks: [] });
    expect(missing.body.outcomes).toMatchObject([{ status: 'refused' }]);
    expect(missing.body.outcomes[0].detail).toContain('price');
    const unknown = await submit(2, { size: 'small', price: 1, marks: ['middle'] });
    expect(unknown.body.outcomes[0].detail).toContain('some of left, right');
  });

  it('exports every field, as CSV in a column each and as JSON lines', async () => {
    const csv = await test.call('GET', `${url}/labels.csv`, { session: owner });
    const [head, ...lines] = csv.text.trim().split('\r\n');
    expect(head).toContain('size,price,marks');
    expect(lines.some((line: string) => line.includes(',big,12.5,left|right,'))).toBe(true);
    expect(lines.some((line: string) => line.includes(',small,3,[],'))).toBe(true);
    const jsonl = await test.call('GET', `${url}/labels.jsonl`, { session: owner });
    const answers = jsonl.text
      .trim()
      .split('\n')
      .map((line: string) => JSON.parse(line).answer);
    expect(answers).toContainEqual({ size: 'small', price: 3, marks: [] });
  });

  it('orders its one queue by rules that go by nats, or by what the fields share', async () => {
    const change = (rule: string) =>
      test.call('PATCH', url, { session: owner, body: { acquisition: { rule } } });
    const wrong = await change('variance');
    expect(wrong.body).toMatchObject({ status: 400, code: 'request.invalid' });
    expect(JSON.stringify(wrong.body.fields)).toContain('one of power-bald, bald');
    for (const rule of ['margin', 'batch-bald', 'epig', 'bait']) {
      const { status, body } = await change(rule);
      expect(status).toBe(400);
      expect(body.fields[0].expected).toContain(`; ${rule} is made for one choice`);
    }
    for (const rule of ['badge', 'core-set', 'lcmd', 'typical-clustering', 'bald'])
      expect((await change(rule)).body.acquisition.rule).toBe(rule);
  });

  it('takes no posterior that cannot answer several fields', async () => {
    const change = (kind: string) =>
      test.call('PATCH', url, { session: owner, body: { modelSpec: { posterior: { kind } } } });
    const wrong = await change('laplace-last-layer');
    expect(wrong.body).toMatchObject({
      status: 400,
      fields: [{ field: 'body.modelSpec.posterior.kind', got: 'laplace-last-layer' }],
    });
    expect((await change('swag')).body.modelSpec.posterior.kind).toBe('swag');
  });

  it('learns in partitions or in a stream with mean field only', async () => {
    const change = (modelSpec: object) =>
      test.call('PATCH', url, { session: owner, body: { modelSpec } });
    for (const [field, option] of [
      ['partitioned', { partitioned: { partitions: 2 } }],
      ['streaming', { streaming: true }],
    ] as const) {
      expect((await change({ posterior: { kind: 'swag' }, ...option })).body).toMatchObject({
        status: 400,
        fields: [{ field: `body.modelSpec.${field}` }],
      });
      const taken = await change({ posterior: { kind: 'mean-field' }, ...option });
      expect(taken.body.modelSpec).toMatchObject(option);
    }
    expect((await change({ posterior: { kind: 'swag' } })).body.modelSpec).toMatchObject({
      partitioned: null,
      streaming: false,
    });
  });

  it('predicts every field with its own uncertainty and unit, and the uncertainty of all in nats', async () => {
    const files = { exact: 'fields.onnx' };
    const { id: modelId } = await storeModel(test, seeded, { files, items: 6 });
    const answer = await test.call('POST', `${url}/models/${modelId}/predict`, {
      session: owner,
      body: {
        rows: [
          [1.5, -1.5 + 2.9],
          [-1.5, -1.4],
        ],
      },
    });
    expect(answer.status).toBe(200);
    expect(answer.body.unit).toBe('nats');
    const [first, second] = answer.body.predictions;
    expect(first.fields.size).toMatchObject({ value: 'big', unit: 'nats', interval: null });
    expect(first.fields.marks.value).toEqual(['left', 'right']);
    expect(second.fields.marks.value).toEqual([]);
    const { price } = first.fields;
    expect(price).toMatchObject({ unit: '€²', probabilities: null });
    expect(Math.abs(price.value - 58)).toBeLessThan(8);
    expect(price.interval.low).toBeLessThan(price.value);
    for (const row of [first, second]) {
      expect(row.value).toBe(row.fields.size.value);
      const { size, marks } = row.fields;
      const information =
        size.epistemic +
        marks.epistemic +
        0.5 * Math.log(1 + row.fields.price.epistemic / row.fields.price.aleatoric);
      expect(row.epistemic).toBeCloseTo(information, 3);
    }
  });
});
