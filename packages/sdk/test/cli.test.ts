import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { NETWORKS, POSTERIORS, RULES } from '@dubio/contracts/catalogue';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readLink } from '../src/cli/commands/sign-in.command.js';
import { table } from '../src/cli/output.js';
import { runCli } from '../src/cli/program.js';
import { json, problem, startServer } from './http-server.js';

const PROJECT = '0190a3a4-0000-7000-8000-000000000001';
const OTHER = '0190a3a4-0000-7000-8000-000000000002';
const me = json({
  id: OTHER,
  name: 'Ada',
  email: null,
  workspaces: [{ id: OTHER, name: 'Lab', role: 'owner' }],
});
let folder = '';
const closers: (() => Promise<void>)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dubio-cli-'));
});
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
  rmSync(folder, { recursive: true, force: true });
});

class Memory extends Writable {
  text = '';
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

async function serve(...answers: Parameters<typeof startServer>) {
  const server = await startServer(...answers);
  closers.push(server.close);
  return server;
}

async function dubio(line: string[], more: { url?: string; token?: string; input?: string } = {}) {
  const streams = { out: new Memory(), err: new Memory(), in: Readable.from([more.input ?? '']) };
  const environment = {
    url: more.url,
    token: more.token,
    credentialsFile: join(folder, 'credentials.json'),
  };
  const code = await runCli(line, environment, streams);
  return { code, out: streams.out.text, err: streams.err.text };
}

describe('signing in', () => {
  const signedIn = [
    (response: Parameters<typeof me>[0], seen: Parameters<typeof me>[1]) => {
      response.setHeader('set-cookie', 'dubio_session=abc; HttpOnly; Path=/');
      me(response, seen);
    },
    json({ id: PROJECT, secret: 'dub_secret' }, 201),
    (response: Parameters<typeof me>[0]) => response.writeHead(204).end(),
    me,
  ];

  it('uses up a one-time link, makes a token with the session, and ends the session', async () => {
    const server = await serve(...signedIn);
    const { code, out } = await dubio([
      'sign-in',
      `${server.baseUrl}/sign-in#token=${'s'.repeat(40)}`,
    ]);
    expect({ code, out }).toEqual({
      code: 0,
      out: `Signed in as Ada, owner of Lab, at ${server.baseUrl}.\n`,
    });
    expect(JSON.parse(server.seen[0]?.body ?? '')).toEqual({ token: 's'.repeat(40) });
    expect(server.seen[1]?.headers.cookie).toBe('dubio_session=abc');
    expect(server.seen[2]?.url).toBe('/api/v1/auth/sign-out');
    expect(server.seen[3]?.headers.authorization).toBe('Bearer dub_secret');
  });

  it('keeps the token where only its owner can read it, and forgets it on sign-out', async () => {
    const server = await serve(...signedIn);
    await dubio(['sign-in', `${server.baseUrl}/sign-in?token=${'s'.repeat(40)}`]);
    const file = join(folder, 'credentials.json');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      url: server.baseUrl,
      token: 'dub_secret',
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await dubio(['sign-out']);
    expect((await dubio(['whoami'])).err).toContain('You are not signed in');
  });

  it('never sends the kept token to another address', async () => {
    const other = await serve(me);
    writeFileSync(
      join(folder, 'credentials.json'),
      JSON.stringify({ url: 'http://elsewhere.example', token: 'kept' }),
    );
    const { code, err } = await dubio(['whoami', '--url', other.baseUrl]);
    expect(code).toBe(1);
    expect(err).toContain('You are not signed in');
    expect(other.seen).toEqual([]);
  });

  it('takes flags before the environment, and the environment before the file', async () => {
    const server = await serve(me);
    writeFileSync(
      join(folder, 'credentials.json'),
      JSON.stringify({ url: server.baseUrl, token: 'file' }),
    );
    const env = { url: server.baseUrl, token: 'env' };
    await dubio(['whoami']);
    await dubio(['whoami'], env);
    await dubio(['whoami', '--token', 'flag'], env);
    expect(server.seen.map((one) => one.headers.authorization)).toEqual([
      'Bearer file',
      'Bearer env',
      'Bearer flag',
    ]);
  });

  it.each([
    ['http://h/sign-in?token=aaaaaaaaaaaaaaaaaaaaaaaa'],
    ['http://h/sign-in#token=aaaaaaaaaaaaaaaaaaaaaaaa'],
    ['http://h/sign-in#aaaaaaaaaaaaaaaaaaaaaaaa'],
    ['http://h/sign-in/aaaaaaaaaaaaaaaaaaaaaaaa'],
  ])('finds the secret in %s', (link) => {
    expect(readLink(link)).toEqual({ url: 'http://h', token: 'a'.repeat(24) });
  });

  it('says what it expected instead of a link', () => {
    expect(() => readLink('hello')).toThrow('got hello');
    expect(() => readLink('http://h/sign-in')).toThrow('no one-time secret');
  });
});

describe('a command', () => {
  const list = (...names: string[]) =>
    json({ items: names.map((name) => ({ id: PROJECT, name })), nextCursor: null });

  it('finds a project by its name', async () => {
    const { baseUrl: url, seen } = await serve(me, list('Irises', 'Digits'), list());
    await dubio(['rounds', 'list', 'Digits'], { url, token: 't' });
    expect(seen[2]?.url).toContain(`/projects/${PROJECT}/rounds`);
  });

  it('says which projects there are when none is called so, and which ids when several are', async () => {
    const none = await serve(me, list('Irises'));
    const missing = await dubio(['projects', 'show', 'Digits'], { url: none.baseUrl, token: 't' });
    expect(missing).toMatchObject({
      code: 1,
      err: 'dubio: No project is called Digits (Irises).\n',
    });
    const many = await serve(me, list('Digits', 'Digits'));
    const unclear = await dubio(['projects', 'show', 'Digits'], { url: many.baseUrl, token: 't' });
    expect(unclear.err).toContain('Give the id instead');
  });

  it('writes JSON for programs, and nothing else to standard output', async () => {
    const { baseUrl: url } = await serve(me);
    const { out } = await dubio(['whoami', '--json'], { url, token: 't' });
    expect(JSON.parse(out)).toMatchObject({ name: 'Ada' });
  });

  it('that is refused says why, with the code, and fails', async () => {
    const { baseUrl: url } = await serve(problem('auth.token-invalid', 401));
    const { code, err } = await dubio(['whoami'], { url, token: 't' });
    expect(code).toBe(1);
    expect(err).toBe('dubio: It did not work. (auth.token-invalid)\n');
  });

  it('that is not understood says so with exit code 2, and help is no failure', async () => {
    expect(await dubio(['ronds', 'start'])).toMatchObject({ code: 2 });
    expect((await dubio(['import', '--help'])).code).toBe(0);
    const bad = await dubio(['import', PROJECT, 'a.csv', '--column', 'species']);
    expect(bad.err).toContain('Expected name=role');
  });

  it('lists what can be chosen with a line about each, all of it from the catalogue', async () => {
    const { code, out } = await dubio(['projects', 'create', '--help']);
    expect(code).toBe(0);
    const names = [RULES, POSTERIORS, NETWORKS].flatMap((entries) => Object.keys(entries));
    for (const name of names) expect(out).toMatch(new RegExp(`^  ${name} +\\S.*$`, 'm'));
    const wrong = await dubio(['projects', 'create', 'Irises', '--rule', 'badger']);
    expect(wrong).toMatchObject({
      code: 2,
      err: expect.stringContaining(`Expected one of ${Object.keys(RULES).join(', ')}.`),
    });
  });

  it('sends what was chosen by name, and nothing else of the settings', async () => {
    const server = await serve(me, json({}, 201));
    const line = ['projects', 'create', 'Irises', '--choices', 'a,b', '--rule', 'bald'];
    await dubio([...line, '--posterior', 'swag', '--json'], { url: server.baseUrl, token: 't' });
    const { labelSchema: _, ...body } = JSON.parse(server.seen[1]?.body ?? '{}');
    expect(body).toEqual({
      name: 'Irises',
      itemKind: 'table',
      acquisition: { rule: 'bald' },
      modelSpec: { posterior: { kind: 'swag' } },
    });
  });

  it('that needs a file says when there is none', async () => {
    const { baseUrl: url } = await serve(me);
    const { err } = await dubio(['import', PROJECT, join(folder, 'no.csv')], { url, token: 't' });
    expect(err).toContain('There is no file');
  });
});

it('an import tells which rows were refused and why', async () => {
  const state = {
    id: OTHER,
    fileName: 'a.csv',
    rowsRead: 2,
    rowsAdded: 1,
    rowsDuplicate: 0,
    rowsBad: 1,
  };
  const reason = 'expected a number, got "x"';
  const { baseUrl: url, seen } = await serve(
    json({ ...state, state: 'uploading' }, 201),
    json({ ...state, state: 'queued' }, 202),
    json({ ...state, state: 'done' }),
    json({ items: [{ line: 3, field: 'width', reason, sample: 'x' }], nextCursor: null }),
  );
  const file = join(folder, 'a.csv');
  writeFileSync(file, 'width\n1\nx\n');
  const line = ['import', PROJECT, file, '--column', 'width=feature', '--no-answers'];
  const { code, out, err } = await dubio(line, { url, token: 't' });
  expect(code).toBe(0);
  expect(out).toBe('a.csv: 1 added, 0 there already, 1 refused.\n');
  expect(err).toContain(`line 3, width: ${reason}`);
  expect(JSON.parse(seen[0]?.body ?? '').options).toEqual({
    kind: 'csv',
    header: true,
    takeAnswers: false,
    columns: { width: 'feature' },
  });
  expect(seen[1]?.body).toBe('width\n1\nx\n');
});

it('labels go to standard output or into a file as they come', async () => {
  const { baseUrl: url } = await serve((response) => response.end('externalId,label\na,1\n'));
  const shown = await dubio(['labels', 'export', PROJECT], { url, token: 't' });
  expect(shown.out).toBe('externalId,label\na,1\n');
  const out = join(folder, 'labels.csv');
  await dubio(['labels', 'export', PROJECT, '--out', out], { url, token: 't' });
  expect(readFileSync(out, 'utf8')).toBe('externalId,label\na,1\n');
});

it('a label is set right with an answer as it is typed, and with the reason', async () => {
  const marks = { kind: 'choices', name: 'marks', question: '?', choices: [{ value: 'a' }] };
  const project = json({ id: PROJECT, labelSchema: { fields: [marks] } });
  const { baseUrl: url, seen } = await serve(project, json({ externalId: 'parcel-7' }));
  const line = ['labels', 'correct', PROJECT, OTHER, 'a|b', '--note', 'seen again'];
  expect(await dubio(line, { url, token: 't' })).toMatchObject({ out: 'parcel-7: a|b.\n' });
  expect(seen[1]?.url).toBe(`/api/v1/projects/${PROJECT}/items/${OTHER}/label`);
  const body = { answer: { marks: ['a', 'b'] }, note: 'seen again' };
  expect(JSON.parse(seen[1]?.body ?? '')).toEqual(body);
});

it('predictions are made in portions, in the order of the rows, and a bad line is named', async () => {
  const models = json({
    items: [
      { id: OTHER, roundNumber: 2, promoted: false },
      { id: PROJECT, roundNumber: 1, promoted: true },
    ],
    nextCursor: null,
  });
  const predict = (response: Parameters<typeof me>[0], seen: Parameters<typeof me>[1]) => {
    const rows = JSON.parse(seen.body).rows as number[][];
    const predictions = rows.map(([value]) => ({
      probabilities: null,
      value: value ?? 0,
      total: 1,
      aleatoric: 0.5,
      epistemic: 0.5,
      interval: null,
    }));
    json({ predictions })(response, seen);
  };
  const { baseUrl: url, seen } = await serve(models, predict);
  const input = Array.from({ length: 1030 }, (_, at) => `[${at}]`).join('\n');
  const asked = ['predict', PROJECT, '-', '--json', '--mode', 'fast'];
  const run = await dubio(asked, { url, token: 't', input });
  expect(seen.slice(1).map((one) => JSON.parse(one.body).mode)).toEqual(['fast', 'fast']);
  const wrong = await dubio(['predict', PROJECT, '-', '--mode', 'quick'], { url, token: 't' });
  expect(wrong.err).toContain('Expected --mode exact or fast, got quick.');
  const values = run.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).value as number);
  expect(values).toEqual(Array.from({ length: 1030 }, (_, at) => at));
  expect(seen.map((one) => one.url.includes(PROJECT))).toEqual([true, true, true]);
  const again = await serve(models);
  const bad = await dubio(['predict', PROJECT, '-'], {
    url: again.baseUrl,
    token: 't',
    input: '[1]\nhello\n',
  });
  expect(bad.err).toContain('Line 2 of -: expected JSON');
});

it('predictions come with sets where a coverage is asked for, and say what these rest on', async () => {
  const model = json({ id: OTHER });
  const sets = [
    {
      coverage: 0.9,
      method: 'adaptive',
      field: 'colour',
      calibrationRows: 40,
      measured: { value: 0.92, low: 0.81, high: 0.97, count: 50 },
    },
  ];
  const one = {
    probabilities: { red: 0.6, blue: 0.4 },
    value: 'red',
    total: 0.7,
    aleatoric: 0.6,
    epistemic: 0.1,
    interval: null,
    set: { choices: ['red', 'blue'], interval: null },
    fields: null,
  };
  const { baseUrl: url, seen } = await serve(model, json({ sets, predictions: [one] }));
  const asked = ['predict', PROJECT, '-', '--model', OTHER, '--coverage', '0.9'];
  const run = await dubio([...asked, '--sets', 'adaptive'], { url, token: 't', input: '[1]' });
  expect(JSON.parse(seen[1]!.body).sets).toEqual({ coverage: 0.9, method: 'adaptive' });
  expect(run.out).toContain('red  in {red, blue}');
  expect(run.err).toContain(
    'learned from 40 rows; on 50 others they did in 0.920 (0.810 to 0.970)',
  );
  const wrong = await dubio([...asked.slice(0, -1), '90'], { url, token: 't' });
  expect(wrong.err).toContain('Expected --coverage between 0 and 1, such as 0.9, got 90.');
  const unknown = await dubio([...asked, '--sets', 'large'], { url, token: 't' });
  expect(unknown.err).toContain('Expected --sets split or adaptive, got large.');
});

it('a table sets numbers to the right and shows what is not there', () => {
  expect(
    table(
      ['name', 'n'],
      [
        ['a', 10],
        ['bcd', null],
      ],
    ),
  ).toBe('name   n\na     10\nbcd    –');
});
