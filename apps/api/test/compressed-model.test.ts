import { type SeededProject, seedProject } from '@dubio/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leaveCompressedModel, storeModel } from './support/stored-model.js';
import { startTestApp, type TestApp } from './support/test-app.js';

let test: TestApp;
let seeded: SeededProject;
let owner: string;
let modelId: string;
let url: string;

beforeAll(async () => {
  test = await startTestApp();
  seeded = await seedProject(test.database, { items: 6, choices: ['small', 'big'] });
  owner = await test.signIn(seeded.ownerId);
  const files = { exact: 'predictive.onnx', fast: 'predictive-fast.onnx' };
  ({ id: modelId } = await storeModel(test, seeded, { files, items: 6 }));
  url = `/projects/${seeded.projectId}`;
});
afterAll(() => test.close());

const predict = (rows: unknown[], mode?: string) =>
  test.call('POST', `${url}/models/${modelId}/predict`, {
    session: owner,
    body: { rows, ...(mode === undefined ? {} : { mode }) },
  });

/** The other way round than the full one: the answers tell which network gave them. */
const files = { exact: 'predictive-fast.onnx', fast: 'predictive.onnx' };
const leave = (compressed: { passed: boolean; stored: boolean } | null) =>
  leaveCompressedModel(test, modelId, compressed && { ...compressed, files });

describe('the choice of the compressed model', () => {
  const rows = [
    [1.5, 1.5],
    [0.5, -0.25],
  ];
  const want = (useCompressedModel: boolean) =>
    test.call('PATCH', url, { session: owner, body: { policies: { useCompressedModel } } });
  const get = () => test.call('GET', `${url}/models/${modelId}`, { session: owner });

  it.each([
    ['there is none', null, /^Round 1: It has no compressed model/],
    ['it did not pass', { passed: false, stored: true }, /^Round 1: On 30 held-out items/],
    ['it was not stored', { passed: true, stored: false }, /^Round 1: .*start a round/],
  ])('is refused where %s', async (_, compressed, detail) => {
    await leave(compressed);
    const refused = await want(true);
    expect(refused.status).toBe(422);
    expect(refused.body).toMatchObject({
      code: 'model.compressed-refused',
      detail: expect.stringMatching(detail),
      fields: [{ field: 'body.policies.useCompressedModel', got: 'true' }],
    });
    expect((await get()).body.compressedModel.usable).toBe(false);
    expect((await test.call('GET', url, { session: owner })).body.policies.useCompressedModel).toBe(
      false,
    );
  });

  it('is refused where no model is in use, and for a project that begins', async () => {
    await test.database.pool.query('UPDATE model SET promoted = false WHERE id = $1', [modelId]);
    expect((await want(true)).body).toMatchObject({
      code: 'model.compressed-refused',
      detail: expect.stringContaining('no model in use'),
    });
    const made = await test.call('POST', `/workspaces/${seeded.workspaceId}/projects`, {
      session: owner,
      body: {
        name: 'Small from the start',
        itemKind: 'table',
        labelSchema: { fields: [{ kind: 'number', name: 'age', question: 'How old?' }] },
        policies: { useCompressedModel: true },
      },
    });
    expect(made.body.code).toBe('model.compressed-refused');
  });

  it('lets the compressed model answer, exactly and fast, and off again the full one', async () => {
    await leave({ passed: true, stored: true });
    const full = { exact: await predict(rows, 'exact'), fast: await predict(rows, 'fast') };
    expect(full.exact.body).toMatchObject({ network: 'full', networkReason: null });
    const on = await want(true);
    expect(on.status).toBe(200);
    expect(on.body.policies.useCompressedModel).toBe(true);
    expect((await get()).body.compressedModel).toEqual({
      usable: true,
      reason: 'On 30 held-out items: so it is.',
    });
    const [exact, fast] = [await predict(rows, 'exact'), await predict(rows, 'fast')];
    for (const answer of [exact, fast])
      expect(answer.body).toMatchObject({ network: 'compressed', networkReason: null });
    expect([exact.body.mode, fast.body.mode]).toEqual(['exact', 'fast']);
    expect(exact.body.predictions).toEqual(full.fast.body.predictions);
    expect(fast.body.predictions).toEqual(full.exact.body.predictions);
    expect(exact.body.predictions).not.toEqual(fast.body.predictions);
    await want(false);
    expect((await predict(rows)).body).toEqual(full.exact.body);
  });

  it('falls back to the full one for a model whose compressed one may not be used, with the reason', async () => {
    await leave({ passed: true, stored: true });
    await want(true);
    await leave({ passed: false, stored: true });
    expect((await predict(rows)).body).toMatchObject({
      network: 'full',
      networkReason: 'On 30 held-out items: so it is.',
    });
    await leave({ passed: true, stored: false });
    expect((await predict(rows)).body).toMatchObject({
      network: 'full',
      networkReason: expect.stringMatching(/trained before.*start a round/),
    });
    // What is on already may stay on while other settings change.
    const other = await test.call('PATCH', url, {
      session: owner,
      body: { policies: { gate: true } },
    });
    expect(other.body.policies.useCompressedModel).toBe(true);
  });
});
