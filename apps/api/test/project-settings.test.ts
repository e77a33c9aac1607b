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
const change = (body: object) => test.call('PATCH', project(), { session: owner, body });

describe('settings of projects', () => {
  it('refuse a rule that their kind of answer has no use for', async () => {
    const answer = await change({ acquisition: { rule: 'variance' } });
    expect(answer.body.fields[0]).toMatchObject({
      field: 'body.acquisition.rule',
      got: 'variance',
    });
  });

  it('get LURE weights only with a rule that draws by chance', async () => {
    const on = await change({
      acquisition: { rule: 'power-bald' },
      policies: { trainWithLureWeights: true },
    });
    expect(on.body.policies).toMatchObject({ trainWithLureWeights: true });
    const refused = await change({ acquisition: { rule: 'bald' } });
    expect(refused.status).toBe(422);
    expect(refused.body).toMatchObject({ code: 'project.rule-without-chance' });
    expect(refused.body.detail).toMatch(/bald does not draw by chance.*power-bald, softmax-bald/);
    expect(refused.body.fields[0].field).toBe('body.acquisition.rule');
    const off = await change({
      acquisition: { rule: 'bald' },
      policies: { trainWithLureWeights: false },
    });
    expect(off.status).toBe(200);
    expect((await change({ policies: { trainWithLureWeights: true } })).status).toBe(422);
  });

  it('draw active-test items for one choice, and leave half of the queue to training', async () => {
    const on = await change({ policies: { controlShare: 0.1, activeTestShare: 0.4 } });
    expect(on.body.policies).toMatchObject({ controlShare: 0.1, activeTestShare: 0.4 });
    const much = await change({ policies: { controlShare: 0.2 } });
    expect(much.status).toBe(400);
    expect(much.body.fields[0]).toMatchObject({
      field: 'body.policies.activeTestShare',
      expected: 'at most 0.3 beside a controlShare of 0.2',
      got: '0.4',
    });
    expect((await change({ policies: { activeTestShare: -0.1 } })).status).toBe(400);
    expect((await change({ policies: { activeTestShare: 0.6 } })).status).toBe(400);
    expect((await change({ policies: { controlShare: 0.1, activeTestShare: 0 } })).status).toBe(
      200,
    );
  });

  it.each([
    ['several choices', [{ kind: 'choices', choices: [{ value: 'a' }, { value: 'b' }] }]],
    [
      'several fields',
      [{ kind: 'number' }, { kind: 'choice', choices: [{ value: 'a' }, { value: 'b' }] }],
    ],
  ])(
    'refuse active-test items where %s are asked for, and say what to change',
    async (asked, some) => {
      const fields = some.map((field, i) => ({ ...field, name: `f${i}`, question: 'Which?' }));
      const refused = await test.call('POST', `/workspaces/${seeded.workspaceId}/projects`, {
        session: owner,
        body: {
          name: `Tested ${asked}`,
          itemKind: 'vector',
          labelSchema: { fields },
          policies: { activeTestShare: 0.1 },
        },
      });
      expect(refused.status).toBe(422);
      expect(refused.body).toMatchObject({ code: 'project.no-active-test' });
      expect(refused.body.detail).toContain(
        `this project asks for ${asked}. Set policies.activeTestShare to 0`,
      );
      expect(refused.body.fields[0].field).toBe('body.policies.activeTestShare');
    },
  );

  it('keep the policies that a change does not speak of', async () => {
    await change({ policies: { queueSize: 77, trainOnControl: true } });
    const after = await change({ policies: { gate: false } });
    expect(after.body.policies).toMatchObject({ queueSize: 77, trainOnControl: true, gate: false });
  });

  it('keep what a change of the acquisition does not speak of, but no beta of another rule', async () => {
    const acquire = async (acquisition: object) => (await change({ acquisition })).body.acquisition;
    const all = { rule: 'power-margin', beta: 3, batchSize: 7 };
    expect(await acquire(all)).toEqual(all);
    expect(await acquire({ batchSize: 9 })).toEqual({ ...all, batchSize: 9 });
    expect(await acquire({ beta: 5 })).toEqual({ ...all, beta: 5, batchSize: 9 });
    const next = { rule: 'power-bald', beta: null, batchSize: 9 };
    expect(await acquire({ rule: 'power-bald' })).toEqual(next);
    expect(await acquire({ rule: 'softmax-bald', beta: 2 })).toMatchObject({ beta: 2 });
  });

  it('allow adaptive sampling only where few samples can rule items out', async () => {
    const spec = (posterior: object, samples = 50) => ({ posterior, samples });
    const dropout = { kind: 'mc-dropout' };
    const on = await change({
      acquisition: { rule: 'power-margin' },
      modelSpec: spec(dropout),
      policies: { firstSamples: 12, trainWithLureWeights: false },
    });
    expect(on.body.policies.firstSamples).toBe(12);
    const refusals: [object, string, RegExp][] = [
      [{ acquisition: { rule: 'batch-bald' } }, 'acquisition.rule', /power-margin.*firstSamples/],
      [{ acquisition: { rule: 'softrank-bald' } }, 'acquisition.rule', /power-margin/],
      [
        { policies: { firstSamples: 13 } },
        'policies.firstSamples',
        /at most 12, a quarter of the 50/,
      ],
      [{ modelSpec: spec(dropout, 20) }, 'policies.firstSamples', /at most 5/],
      [{ modelSpec: spec({ kind: 'ensemble' }) }, 'policies.firstSamples', /ensemble has few/],
      [{ modelSpec: spec({ kind: 'point' }) }, 'policies.firstSamples', /point has few/],
      [
        { policies: { trainWithLureWeights: true } },
        'policies.firstSamples',
        /null while.*trainWithLureWeights/,
      ],
      [{ policies: { firstSamples: 3 } }, 'policies.firstSamples', /at least 4/],
    ];
    for (const [body, field, expected] of refusals) {
      const refused = await change(body);
      expect(refused.status).toBe(400);
      expect(refused.body.fields[0]).toMatchObject({
        field: `body.${field}`,
        expected: expect.stringMatching(expected),
      });
    }
    const off = { acquisition: { rule: 'batch-bald' }, policies: { firstSamples: null } };
    expect((await change(off)).status).toBe(200);
  });

  it('begin with the rule for what is asked, whatever else of the acquisition is named', async () => {
    const made = await test.call('POST', `/workspaces/${seeded.workspaceId}/projects`, {
      session: owner,
      body: {
        name: 'Ages',
        itemKind: 'table',
        labelSchema: { fields: [{ kind: 'number', name: 'age', question: 'How old?' }] },
        acquisition: { batchSize: 5 },
      },
    });
    const acquisition = { rule: 'power-variance', beta: null, batchSize: 5 };
    expect(made.body.acquisition).toEqual(acquisition);
  });

  it('keep the answers that were given when choices are added', async () => {
    const { body } = await test.call('GET', project(), { session: owner });
    const [field] = body.labelSchema.fields;
    const offer = (choices: object[]) =>
      change({ labelSchema: { fields: [{ ...field, choices }] } });
    expect((await offer(field.choices.slice(1))).body.code).toBe('project.not-empty');
    expect((await offer([...field.choices, { value: 'd' }])).status).toBe(200);
  });
});
