import { ApiError, readApiError } from './api-error';
import type { CallArguments, EndpointKey, PathParams, QueryOf, ResponseOf } from './endpoints';

type Caller = <Key extends EndpointKey>(
  key: Key,
  ...args: CallArguments<Key>
) => Promise<ResponseOf<Key>>;

type LooseOptions = {
  params?: Record<string, string | number>;
  query?: Record<string, unknown>;
  body?: unknown;
  signal?: AbortSignal;
  idempotencyKey?: string;
  ifMatch?: number;
  keepalive?: boolean;
};

function isRaw(body: unknown): body is BodyInit {
  return (
    body instanceof Blob ||
    body instanceof ArrayBuffer ||
    body instanceof FormData ||
    (typeof ReadableStream !== 'undefined' && body instanceof ReadableStream)
  );
}

/** Fills `:name` parts of a path and appends the query, both escaped. */
export function fillPath(
  path: string,
  params: Record<string, string | number> = {},
  query: Record<string, unknown> = {},
): string {
  const filled = path.replace(/:(\w+)/g, (_whole, name: string) => {
    const value = params[name];
    if (value === undefined) throw new Error(`${path} needs ${name}, nothing was given.`);
    return encodeURIComponent(value);
  });
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null) search.set(name, String(value));
  }
  const text = search.toString();
  return text === '' ? filled : `${filled}?${text}`;
}

/** Where a route of the API answers, for links, images and event sources. */
export function apiUrl<Key extends EndpointKey>(
  key: Key,
  params: PathParams<Key>,
  query?: QueryOf<Key>,
): string {
  const path = key.slice(key.indexOf(' ') + 1);
  return `/api/v1${fillPath(path, params, query as Record<string, unknown> | undefined)}`;
}

/**
 * Makes a typed caller: `call('GET /projects/:projectId', { params: { projectId } })`.
 * Every failure is an {@link ApiError}; no connection has the code `network`.
 * @see docs/decisions/0050
 */
export function createCaller(options: {
  base: string;
  headers?: Record<string, string>;
  fetch?: typeof fetch;
}): Caller {
  return async (key, ...args) => {
    const given = (args[0] ?? {}) as LooseOptions;
    const [method = 'GET', path = ''] = key.split(' ');
    const headers: Record<string, string> = { accept: 'application/json', ...options.headers };
    const init: RequestInit = { method, headers, credentials: 'same-origin', cache: 'no-store' };
    if (given.body !== undefined) {
      const raw = isRaw(given.body);
      headers['content-type'] = raw ? 'application/octet-stream' : 'application/json';
      init.body = raw ? (given.body as BodyInit) : JSON.stringify(given.body);
    }
    if (given.idempotencyKey !== undefined) headers['idempotency-key'] = given.idempotencyKey;
    if (given.ifMatch !== undefined) headers['if-match'] = `"${given.ifMatch}"`;
    if (given.signal !== undefined) init.signal = given.signal;
    if (given.keepalive !== undefined) init.keepalive = given.keepalive;

    let response: Response;
    try {
      const url = options.base + fillPath(path, given.params, given.query);
      response = await (options.fetch ?? fetch)(url, init);
    } catch (cause) {
      if (given.signal?.aborted === true) throw cause;
      throw new ApiError('network', 'No connection.', { cause });
    }
    if (!response.ok) throw await readApiError(response);
    if (response.status === 204) return undefined as never;
    return (await response.json()) as never;
  };
}
