import { newId } from '@dubio/platform';
import { type SeededProject, seedProject } from '@dubio/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from './support/test-app.js';

let test: TestApp;
let seeded: SeededProject;
let owner: string;

beforeAll(async () => {
  test = await startTestApp();
  seeded = await seedProject(test.database, { items: 8, test: 2, queue: true });
  owner = await test.signIn(seeded.ownerId);
});
afterAll(() => test.close());

const project = () => `/projects/${seeded.projectId}`;
const get = (path: string) => test.call('GET', `${project()}${path}`, { session: owner });
const post = (path: string, body: unknown = {}) =>
  test.call('POST', `${project()}${path}`, { session: owner, body });

describe('projects', () => {
  it('are made with defaults that fit their answers, and can be deleted', async () => {
    const made = await test.call('POST', `/workspaces/${seeded.workspaceId}/projects`, {
      session: owner,
      body: {
        name: 'Prices',
        itemKind: 'table',
        labelSchema: {
          fields: [{ kind: 'number', name: 'price', question: 'What is it worth?', unit: '€' }],
        },
      },
    });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      state: 'empty',
      metricName: 'rmse',
      acquisition: { rule: 'power-variance' },
      featuriser: { kind: 'table' },
      policies: { retrainAfterLabels: 20, overlap: 1 },
      verdict: { headline: 'Keep labelling', met: false },
    });
    const url = `/projects/${made.body.id}`;
    expect((await test.call('DELETE', url, { session: owner })).status).toBe(204);
    expect((await test.call('GET', url, { session: owner })).status).toBe(404);
  });

  it('refuse a rule that their kind of answer has no use for', async () => {
    const answer = await test.call('PATCH', project(), {
      session: owner,
      body: { acquisition: { rule: 'variance' } },
    });
    expect(answer.body.fields[0]).toMatchObject({
      field: 'body.acquisition.rule',
      got: 'variance',
    });
  });

  it('are levelled only with a rule that draws by chance', async () => {
    const change = (body: object) => test.call('PATCH', project(), { session: owner, body });
    const on = await change({
      acquisition: { rule: 'power-bald' },
      policies: { levelTraining: true },
    });
    expect(on.body.policies).toMatchObject({ levelTraining: true });
    const refused = await change({ acquisition: { rule: 'bald' } });
    expect(refused.status).toBe(422);
    expect(refused.body).toMatchObject({ code: 'project.rule-without-chance' });
    expect(refused.body.detail).toMatch(/bald does not draw by chance.*power-bald, softmax-bald/);
    expect(refused.body.fields[0].field).toBe('body.acquisition.rule');
    const off = await change({
      acquisition: { rule: 'bald' },
      policies: { levelTraining: false },
    });
    expect(off.status).toBe(200);
    expect((await change({ policies: { levelTraining: true } })).status).toBe(422);
  });

  it('draw test items for one choice, and leave half of the queue to training', async () => {
    const change = (body: object) => test.call('PATCH', project(), { session: owner, body });
    const on = await change({ policies: { controlShare: 0.1, testShare: 0.4 } });
    expect(on.body.policies).toMatchObject({ controlShare: 0.1, testShare: 0.4 });
    const much = await change({ policies: { controlShare: 0.2 } });
    expect(much.status).toBe(400);
    expect(much.body.fields[0]).toMatchObject({
      field: 'body.policies.testShare',
      expected: 'at most 0.3 beside a controlShare of 0.2',
      got: '0.4',
    });
    expect((await change({ policies: { testShare: -0.1 } })).status).toBe(400);
    expect((await change({ policies: { testShare: 0.6 } })).status).toBe(400);
    expect((await change({ policies: { controlShare: 0.1, testShare: 0 } })).status).toBe(200);
  });

  it.each([
    ['several choices', [{ kind: 'choices', choices: [{ value: 'a' }, { value: 'b' }] }]],
    [
      'several fields',
      [{ kind: 'number' }, { kind: 'choice', choices: [{ value: 'a' }, { value: 'b' }] }],
    ],
  ])('refuse test items where %s are asked for, and say what to change', async (asked, some) => {
    const fields = some.map((field, i) => ({ ...field, name: `f${i}`, question: 'Which?' }));
    const refused = await test.call('POST', `/workspaces/${seeded.workspaceId}/projects`, {
      session: owner,
      body: {
        name: `Tested ${asked}`,
        itemKind: 'vector',
        labelSchema: { fields },
        policies: { testShare: 0.1 },
      },
    });
    expect(refused.status).toBe(422);
    expect(refused.body).toMatchObject({ code: 'project.not-testable' });
    expect(refused.body.detail).toContain(
      `this project asks for ${asked}. Set policies.testShare to 0`,
    );
    expect(refused.body.fields[0].field).toBe('body.policies.testShare');
  });

  it('keep the policies that a change does not speak of', async () => {
    const change = (policies: object) =>
      test.call('PATCH', project(), { session: owner, body: { policies } });
    await change({ queueSize: 77, trainOnControl: true });
    const after = await change({ gate: false });
    expect(after.body.policies).toMatchObject({ queueSize: 77, trainOnControl: true, gate: false });
    await change({ queueSize: 500, trainOnControl: false, gate: true });
  });

  it('keep the answers that were given when choices are added', async () => {
    const { body } = await get('');
    const [field] = body.labelSchema.fields;
    const change = (choices: object[]) =>
      test.call('PATCH', project(), {
        session: owner,
        body: { labelSchema: { fields: [{ ...field, choices }] } },
      });
    expect((await change(field.choices.slice(1))).body.code).toBe('project.not-empty');
    expect((await change([...field.choices, { value: 'd' }])).status).toBe(200);
  });

  it('are listed page by page, each once', async () => {
    const names: string[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? '' : `&cursor=${cursor}`;
      const url = `/workspaces/${seeded.workspaceId}/projects?limit=1${query}`;
      const page = await test.call('GET', url, { session: owner });
      names.push(...page.body.items.map((p: { id: string }) => p.id));
      cursor = page.body.nextCursor;
    } while (cursor !== null);
    expect(names).toEqual([...new Set(names)]);
    expect(names).toContain(seeded.projectId);
  });
});

describe('a change of overlap', () => {
  it('opens the queue for more opinions', async () => {
    const open = async () =>
      (
        await test.database.pool.query(
          'SELECT sum(open_slots)::int AS n FROM queue_entry WHERE project_id = $1',
          [seeded.projectId],
        )
      ).rows[0].n;
    const change = (overlap: number) =>
      test.call('PATCH', project(), { session: owner, body: { policies: { overlap } } });
    await change(3);
    expect(await open()).toBe(24);
    await change(1);
    expect(await open()).toBe(8);
  });
});

describe('rounds', () => {
  it('are started, remembered once, listed and cancelled', async () => {
    const first = await post('/rounds');
    expect(first.status).toBe(202);
    expect(first.body).toMatchObject({
      remembered: false,
      round: { number: 1, state: 'queued', trigger: 'person', triggeredBy: 'Owner' },
    });
    expect((await post('/rounds')).body).toEqual({ round: null, remembered: true });
    expect((await get('/rounds')).body.items).toHaveLength(1);
    expect((await post('/rounds/1/cancel')).body.state).toBe('cancelled');
    expect((await post('/rounds/1/cancel')).body.code).toBe('round.not-running');
    expect((await get('/rounds/7')).status).toBe(404);
  });
});

describe('schedules', () => {
  it('know when they fire next, and nothing while switched off', async () => {
    const made = await post('/schedules', { cron: '0 6 * * 1', timeZone: 'Europe/Berlin' });
    expect(made.status).toBe(201);
    expect(new Date(made.body.nextAt).getTime()).toBeGreaterThan(Date.now());
    const url = `${project()}/schedules/${made.body.id}`;
    const off = await test.call('PATCH', url, { session: owner, body: { enabled: false } });
    expect(off.body).toMatchObject({ enabled: false, nextAt: null, cron: '0 6 * * 1' });
    expect((await get('/schedules')).body.schedules).toHaveLength(1);
    expect((await test.call('DELETE', url, { session: owner })).status).toBe(204);
    expect((await test.call('DELETE', url, { session: owner })).status).toBe(404);
  });

  it('that cannot be read say how one looks', async () => {
    const answer = await post('/schedules', { cron: 'every monday', timeZone: 'UTC' });
    expect(answer.status).toBe(422);
    expect(answer.body.detail).toContain('five cron fields');
  });
});

describe('imports', () => {
  it('guess what columns are from the head of a file', async () => {
    const head =
      'id;height;colour;label\n1;1.5;red;a\n2;2.5;"dark;red";b\n3;0.5;red;a\n4;9;red;b\n5;1;';
    const answer = await test.call('POST', `/workspaces/${seeded.workspaceId}/import-previews`, {
      session: owner,
      body: { kind: 'csv', head },
    });
    expect(answer.body).toMatchObject({ delimiter: ';', header: true, itemKind: 'table' });
    expect(
      answer.body.columns.map((c: { name: string; role: string; kind: string }) => [
        c.name,
        c.role,
        c.kind,
      ]),
    ).toEqual([
      ['id', 'external-id', 'number'],
      ['height', 'feature', 'number'],
      ['colour', 'feature', 'category'],
      ['label', 'answer', 'category'],
    ]);
    expect(answer.body.preview[1].colour).toBe('dark;red');
  });

  it('see a text where people wrote one', async () => {
    const line = (text: string, label: string) => JSON.stringify({ text, label });
    const head = [
      line('A film that stays with you for a long while.', 'good'),
      line('Two hours that nobody will give me back again.', 'bad'),
    ].join('\n');
    const answer = await test.call('POST', `/workspaces/${seeded.workspaceId}/import-previews`, {
      session: owner,
      body: { kind: 'jsonl', head },
    });
    expect(answer.body).toMatchObject({ itemKind: 'text', delimiter: null });
    expect(answer.body.columns[0]).toMatchObject({ name: 'text', role: 'text' });
  });

  it('begin when all bytes are there, and only once', async () => {
    const made = await post('/imports', { fileName: 'a.csv', options: { kind: 'csv' } });
    expect(made.body.state).toBe('uploading');
    const url = `${project()}/imports/${made.body.id}/content`;
    const bytes = new TextEncoder().encode('x,y\n1,2\n');
    const sent = await test.call('PUT', url, { session: owner, body: bytes });
    expect(sent.body).toMatchObject({ state: 'queued', bytesTotal: 8 });
    const again = await test.call('PUT', url, { session: owner, body: bytes });
    expect(again.body.code).toBe('import.running');
    const { rows } = await test.database.pool.query(
      `SELECT count(*)::int AS n FROM outbox_job WHERE name = 'import.run'
         AND payload->>'importId' = $1`,
      [made.body.id],
    );
    expect(rows[0].n).toBe(1);
  });

  it('wait for the second file where there is one', async () => {
    const options = { kind: 'idx', labelsUpload: 'labels.gz' };
    const made = await post('/imports', { fileName: 'images.gz', options });
    const url = `${project()}/imports/${made.body.id}/content`;
    const send = (part: string) =>
      test.call('PUT', `${url}?part=${part}`, { session: owner, body: new Uint8Array([1, 2]) });
    expect((await send('items')).body.state).toBe('uploading');
    expect((await send('labels')).body.state).toBe('queued');
  });

  it('refuse what are no bytes, and empty files', async () => {
    const made = await post('/imports', { fileName: 'a.csv', options: { kind: 'csv' } });
    const url = `${project()}/imports/${made.body.id}/content`;
    const json = await test.call('PUT', url, { session: owner, body: { a: 1 } });
    expect(json.body.code).toBe('request.invalid');
    const empty = await test.call('PUT', url, { session: owner, body: new Uint8Array() });
    expect(empty.body.code).toBe('request.invalid');
  });

  it('list bad rows in the order of the file', async () => {
    const made = await post('/imports', { fileName: 'b.csv', options: { kind: 'csv' } });
    await test.database.pool.query(
      `INSERT INTO import_problem (project_id, import_id, line, reason)
       SELECT $1, $2, n, 'bad' FROM generate_series(1, 25) n`,
      [seeded.projectId, made.body.id],
    );
    const lines: number[] = [];
    let cursor = '';
    do {
      const page = await get(`/imports/${made.body.id}/problems?limit=10${cursor}`);
      lines.push(...page.body.items.map((p: { line: number }) => p.line));
      cursor = page.body.nextCursor === null ? '' : `&cursor=${page.body.nextCursor}`;
    } while (cursor !== '');
    expect(lines).toEqual(Array.from({ length: 25 }, (_, index) => index + 1));
  });
});

describe('labels', () => {
  it('are exported with cells guarded that a spreadsheet would run', async () => {
    const other = await seedProject(test.database, {
      items: 3,
      choices: ['=1+1', '-5', 'say "hi", all'],
    });
    await test.database.pool.query('UPDATE project SET workspace_id = $2 WHERE id = $1', [
      other.projectId,
      seeded.workspaceId,
    ]);
    const values = ['=1+1', '-5', 'say "hi", all'];
    for (const [at, value] of values.entries()) {
      await test.database.pool.query(
        `INSERT INTO label (item_id, project_id, answer, source)
         VALUES ($1, $2, jsonb_build_object('answer', $3::text), 'import')`,
        [other.itemIds[at], other.projectId, value],
      );
      await test.database.pool.query(
        `UPDATE item SET external_id = '@cmd' || ordinal WHERE id = $1`,
        [other.itemIds[at]],
      );
    }
    const csv = await test.call('GET', `/projects/${other.projectId}/labels.csv`, {
      session: owner,
    });
    const lines = csv.text.split('\r\n');
    expect(lines[0]).toBe(
      'external_id,split,answer,confidence,annotations,origin,source,updated_at,item_id',
    );
    expect(lines[1]).toMatch(/^'@cmd0,pool,'=1\+1,1,0,,import,/);
    expect(lines[2]).toMatch(/^'@cmd1,pool,-5,/);
    expect(lines[3]).toMatch(/^'@cmd2,pool,"say ""hi"", all",/);
    const jsonl = await test.call('GET', `/projects/${other.projectId}/labels.jsonl`, {
      session: owner,
    });
    const rows = jsonl.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows.map((row) => row.answer.answer)).toEqual(values);
  });
});

describe('items', () => {
  it('leave the pool when they are withdrawn, and answers to them are refused', async () => {
    const itemId = seeded.itemIds[7] as string;
    const gone = await post(`/items/${itemId}/withdraw`, { reason: 'broken scan' });
    expect(gone.body.state).toBe('withdrawn');
    const sent = await post('/annotations', {
      annotations: [
        { key: newId(), itemId, kind: 'answer', answer: { answer: 'a' }, durationMs: 1 },
      ],
    });
    expect(sent.body.outcomes[0]).toMatchObject({ code: 'annotation.withdrawn' });
  });

  it('are drawn from their features where they came without a picture', async () => {
    const key = `projects/${seeded.projectId}/features/x/0-10.bin`;
    const pixels = new Uint8Array(10 * 64);
    pixels[64 + 5] = 16;
    await test.store.put(key, pixels);
    const setId = newId();
    await test.database.pool.query(
      `INSERT INTO feature_set (id, project_id, generation, featuriser, shape, dtype, scale, rows)
       VALUES ($1, $2, 1, '{"kind":"pixels","width":8,"height":8}', '[1,8,8]', 'uint8', 0.0625, 10)`,
      [setId, seeded.projectId],
    );
    await test.database.pool.query(
      `INSERT INTO feature_shard (feature_set_id, project_id, index, rows, blob_key, content_hash)
       VALUES ($1, $2, 0, 10, $3, '')`,
      [setId, seeded.projectId, key],
    );
    const image = await get(`/items/${seeded.itemIds[1]}/image`);
    expect(image.status).toBe(200);
    expect(image.headers['content-type']).toBe('image/png');
    const same = await test.call('GET', `${project()}/items/${seeded.itemIds[1]}/image`, {
      session: owner,
      headers: { 'if-none-match': String(image.headers.etag) },
    });
    expect(same.status).toBe(304);
  });
});

describe('simulations', () => {
  it('need known answers', async () => {
    const spec = { rules: ['bald'], poolSize: 100, startLabels: 2, endLabels: 50 };
    expect((await post('/simulations', spec)).body.code).toBe('simulation.no-truth');
  });

  it('are a replay for each rule and seed; cancelled ones can be run again', async () => {
    await test.database.pool.query(`UPDATE project SET truth_key = 'x' WHERE id = $1`, [
      seeded.projectId,
    ]);
    const spec = {
      rules: ['bald', 'random'],
      seeds: 2,
      startLabels: 2,
      endLabels: 6,
      poolSize: 10,
    };
    const made = await post('/simulations', spec);
    expect(made.status).toBe(202);
    expect(made.body.replays).toHaveLength(4);
    const url = `/simulations/${made.body.id}`;
    expect((await post(`${url}/cancel`)).body.state).toBe('cancelled');
    const again = await post(`${url}/retry`);
    expect(again.body.state).toBe('queued');
    expect(again.body.replays.map((r: { state: string }) => r.state)).toEqual(
      Array(4).fill('waiting'),
    );
    expect((await get('/simulations')).body.items).toHaveLength(1);
  });
});

describe('the demo annotator', () => {
  it('answers as a machine member of the workspace', async () => {
    const answer = await post('/demo-answers', { count: 30 });
    expect(answer.status).toBe(202);
    const { rows } = await test.database.pool.query(
      `SELECT u.is_machine AS machine, o.payload->'count' AS count FROM outbox_job o
       JOIN "user" u ON u.id::text = o.payload->>'userId' WHERE o.name = 'demo.annotate'`,
    );
    expect(rows).toEqual([{ machine: true, count: 30 }]);
  });
});

describe('uncertainty and models before the first round', () => {
  it('say so', async () => {
    expect((await get('/uncertainty')).body.code).toBe('model.not-ready');
    expect((await get('/models')).body).toEqual({ items: [], nextCursor: null });
    expect((await get(`/models/${newId()}`)).status).toBe(404);
  });
});

describe('health', () => {
  it('tells what is up', async () => {
    const { body } = await test.call('GET', '/health/ready');
    expect(body).toMatchObject({
      status: 'degraded',
      parts: { api: 'up', database: 'up', objects: 'up', workers: 'down' },
      workers: 0,
    });
  });
});
