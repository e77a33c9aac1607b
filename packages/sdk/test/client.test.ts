import { afterEach, describe, expect, it } from 'vitest';
import { createClient, type DubioError, isDubioError, paginate } from '../src/index.js';
import { hangUp, json, problem, startServer } from './http-server.js';

const PROJECT = '0190a3a4-0000-7000-8000-000000000001';
const round = json({ round: null, remembered: true }, 202);
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

async function connect(...answers: Parameters<typeof startServer>) {
  const server = await startServer(...answers);
  closers.push(server.close);
  return { ...server, dubio: createClient({ baseUrl: `${server.baseUrl}/`, token: 'secret' }) };
}
const failure = (work: Promise<unknown>): Promise<DubioError> =>
  work.then(
    () => expect.unreachable('expected the call to fail'),
    (error: unknown) => error as DubioError,
  );

describe('a call', () => {
  it('puts parameters into path and query, and the token into its header', async () => {
    const { dubio, seen } = await connect(json({ items: [], nextCursor: null }));
    await dubio.items.list({ projectId: PROJECT, split: 'pool', limit: 5 });
    expect(seen[0]?.url).toBe(`/api/v1/projects/${PROJECT}/items?split=pool&limit=5`);
    expect(seen[0]?.headers.authorization).toBe('Bearer secret');
  });

  it('keeps a parameter from reaching outside its place in the path', async () => {
    const { dubio, seen } = await connect(json({}));
    await dubio.projects.get({ projectId: '../me?x=1' });
    expect(seen[0]?.url).toBe('/api/v1/projects/..%2Fme%3Fx%3D1');
  });

  it('without a parameter it needs is not sent', async () => {
    const { dubio, seen } = await connect(json({}));
    await expect(dubio.projects.get({ projectId: '' })).rejects.toThrow('Expected projectId');
    expect(seen).toEqual([]);
  });

  it('answers nothing where the API answers nothing', async () => {
    const { dubio } = await connect((response) => response.writeHead(204).end());
    expect(await dubio.auth.signOut()).toBeUndefined();
  });

  it('says which version it means to change', async () => {
    const { dubio, seen } = await connect(json({}));
    await dubio.projects.update({ projectId: PROJECT, body: { name: 'New' } }, { ifMatch: 7 });
    expect(seen[0]?.headers['if-match']).toBe('"7"');
  });

  it('can be stopped, and then throws the reason of the signal', async () => {
    const { dubio } = await connect(() => undefined);
    const stop = new AbortController();
    const call = dubio.auth.me(undefined, { signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(call).rejects.toThrow('enough');
  });
});

describe('a call that may act once only', () => {
  it('is sent again with the same idempotency key after a broken connection', async () => {
    const { dubio, seen } = await connect(hangUp, problem('unavailable', 503), round);
    await dubio.rounds.start({ projectId: PROJECT });
    const keys = seen.map((one) => one.headers['idempotency-key']);
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('takes a key of your own, and makes a new one for each call otherwise', async () => {
    const { dubio, seen } = await connect(round);
    await dubio.rounds.start({ projectId: PROJECT }, { idempotencyKey: 'mine' });
    await dubio.rounds.start({ projectId: PROJECT });
    await dubio.rounds.start({ projectId: PROJECT });
    const keys = seen.map((one) => one.headers['idempotency-key']);
    expect(keys[0]).toBe('mine');
    expect(keys[1]).not.toBe(keys[2]);
  });

  it('is not sent again when the API cannot tell a second try from a second wish', async () => {
    const { dubio, seen } = await connect(hangUp);
    const body = { name: 'ci' };
    const error = await failure(dubio.tokens.create({ workspaceId: PROJECT, body }));
    expect(error.code).toBe('network');
    expect(seen).toHaveLength(1);
  });

  it('is sent again whatever it is when the server says that it did not take it', async () => {
    const { dubio, seen } = await connect(problem('request.too-many', 429), json({ id: 'x' }, 201));
    await dubio.tokens.create({ workspaceId: PROJECT, body: { name: 'ci' } });
    expect(seen).toHaveLength(2);
  });

  it('counts as done when a deletion is sent again and finds nothing', async () => {
    const { dubio, seen } = await connect(hangUp, problem('resource.not-found', 404));
    await dubio.projects.remove({ projectId: PROJECT });
    expect(seen).toHaveLength(2);
  });
});

describe('an error', () => {
  it('carries code, status, fields and request id, and reads as a sentence', async () => {
    const fields = [{ field: 'name', expected: 'at least 1 character', got: '""' }];
    const answer = problem('request.invalid', 400, {
      detail: 'Look at name.',
      fields,
      requestId: 'r1',
    });
    const { dubio } = await connect(answer);
    const error = await failure(dubio.projects.get({ projectId: PROJECT }));
    expect(isDubioError(error, 'request.invalid')).toBe(true);
    expect(error).toMatchObject({ status: 400, requestId: 'r1', fields });
    expect(error.message).toBe(
      'It did not work. Look at name. name: expected at least 1 character, got "".',
    );
  });

  it('does not say a field twice that the detail names already', async () => {
    const fields = [
      { field: 'body.count', expected: 'at least 1', got: '0' },
      { field: 'body.name', expected: 'text', got: '7' },
    ];
    const detail = 'body.count: expected at least 1, got 0.';
    const { dubio } = await connect(problem('request.invalid', 400, { detail, fields }));
    const error = await failure(dubio.projects.get({ projectId: PROJECT }));
    expect(error.message).toBe(
      'It did not work. body.count: expected at least 1, got 0. body.name: expected text, got 7.',
    );
  });

  it('of something that is not Dubio says to check the address', async () => {
    const { dubio } = await connect((response) => response.writeHead(404).end('<h1>nginx</h1>'));
    const error = await failure(dubio.auth.me());
    expect(error.code).toBe('protocol');
    expect(error.message).toContain('Check the address');
  });

  it('says where nobody answers', async () => {
    const { dubio, close, baseUrl } = await connect(json({}));
    await close();
    const quick = createClient({ baseUrl, retries: 0 });
    const error = await failure(quick.auth.me());
    expect(error).toMatchObject({ code: 'network', status: 0 });
    expect(error.message).toContain(baseUrl);
    expect(dubio).toBeDefined();
  });

  it('says how long it waited for an answer', async () => {
    const { baseUrl } = await connect(() => undefined);
    const impatient = createClient({ baseUrl, retries: 0, timeoutMs: 20 });
    expect(await failure(impatient.auth.me())).toMatchObject({ code: 'timeout' });
  });
});

describe('a list', () => {
  it('is walked to its end, page after page', async () => {
    const { dubio, seen } = await connect(
      json({ items: [{ number: 3 }, { number: 2 }], nextCursor: 'a b' }),
      json({ items: [{ number: 1 }], nextCursor: null }),
    );
    const numbers: number[] = [];
    for await (const one of paginate(dubio.rounds.list, { projectId: PROJECT }))
      numbers.push(one.number);
    expect(numbers).toEqual([3, 2, 1]);
    expect(seen[1]?.url).toContain('?cursor=a+b');
  });
});
