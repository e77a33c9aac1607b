import { describe, expect, it } from 'vitest';
import { ApiError, readApiError } from './api-error';
import { apiUrl, createCaller, fillPath } from './caller';

describe('fillPath', () => {
  it('fills names and escapes what goes in', () => {
    expect(fillPath('/projects/:projectId/items/:itemId', { projectId: 'a/b', itemId: 7 })).toBe(
      '/projects/a%2Fb/items/7',
    );
  });

  it('appends what is given of the query', () => {
    expect(fillPath('/x', {}, { limit: 5, cursor: undefined, split: 'test' })).toBe(
      '/x?limit=5&split=test',
    );
  });

  it('says what is missing', () => {
    expect(() => fillPath('/projects/:projectId')).toThrow(/needs projectId/);
  });

  it('makes addresses for links', () => {
    expect(apiUrl('GET /projects/:projectId/labels.csv', { projectId: 'p' })).toBe(
      '/api/v1/projects/p/labels.csv',
    );
  });
});

describe('a call', () => {
  const answering = (response: () => Response) => {
    const asked: Request[] = [];
    const call = createCaller({
      base: 'http://api.test/api/v1',
      fetch: async (url, init) => {
        asked.push(new Request(url, init));
        return response();
      },
    });
    return { asked, call };
  };

  it('sends method, path, body, idempotency key and version', async () => {
    const { asked, call } = answering(() => Response.json({ id: 'p' }));
    await call('PATCH /projects/:projectId', {
      params: { projectId: 'p' },
      body: { name: 'New' },
      ifMatch: 3,
      idempotencyKey: 'k',
    });
    const request = asked[0];
    expect(`${request?.method} ${request?.url}`).toBe('PATCH http://api.test/api/v1/projects/p');
    expect(await request?.json()).toEqual({ name: 'New' });
    expect(request?.headers.get('if-match')).toBe('"3"');
    expect(request?.headers.get('idempotency-key')).toBe('k');
  });

  it('ends in the problem the API describes', async () => {
    const problem = { title: 'Sign in to go on.', status: 401, code: 'auth.required', type: '' };
    const { call } = answering(() => Response.json(problem, { status: 401 }));
    await expect(call('GET /me')).rejects.toMatchObject({
      code: 'auth.required',
      status: 401,
      message: 'Sign in to go on.',
      passing: false,
    });
  });

  it('says "network" when nobody answers', async () => {
    const call = createCaller({
      base: '',
      fetch: async () => {
        throw new TypeError('fetch failed');
      },
    });
    await expect(call('GET /me')).rejects.toMatchObject({ code: 'network', passing: true });
  });
});

describe('readApiError', () => {
  it('takes a gateway without words for a service that is not there', async () => {
    const error = await readApiError(new Response('<html>', { status: 502 }));
    expect(error).toBeInstanceOf(ApiError);
    expect([error.code, error.passing]).toEqual(['unavailable', true]);
  });
});
