import { DubioError, errorOfResponse } from './dubio-error.js';
import type { CallOptions, OperationId, UploadBody } from './operation-types.js';
import { OPERATIONS } from './operations.gen.js';

export type ClientOptions = {
  /** Where Dubio answers, such as `http://localhost:3000`; empty for the page's own origin. */
  readonly baseUrl: string;
  /** An API token; without one the browser's session cookie counts. */
  readonly token?: string;
  readonly fetch?: typeof fetch;
  /** Sent with each call, such as the cookie of a request that is rendered on a server. */
  readonly headers?: Readonly<Record<string, string>>;
  /** How often a call that may be sent again is sent again; 3. */
  readonly retries?: number;
  /** How long an answer may take to begin; 60 s. Uploads are not limited. */
  readonly timeoutMs?: number;
};

type Operation = {
  readonly method: string;
  readonly path: string;
  readonly body?: 'json' | 'binary';
  readonly answer: 'json' | 'stream' | 'none';
  readonly idempotent?: boolean;
  readonly repeatable?: boolean;
};
type Parameters = Readonly<Record<string, unknown>> & { readonly body?: unknown };

/** What the server has not acted upon, so that any call may be sent again. */
const NOT_TAKEN = new Set([429, 503]);
const PASSING = new Set([429, 502, 503, 504]);

/**
 * Sends calls: address, headers, idempotency keys, retries, errors.
 * @see docs/decisions/0070
 */
export class Transport {
  readonly #options: ClientOptions;
  constructor(options: ClientOptions) {
    this.#options = options;
  }

  async call(id: OperationId, input: Parameters = {}, options: CallOptions = {}): Promise<unknown> {
    const operation: Operation = OPERATIONS[id];
    const { body, ...parameters } = input;
    const url = this.#address(operation, parameters);
    const request = this.#request(operation, body, options);
    const response = await this.#send(operation, url, request, options.signal);
    if (operation.answer === 'stream') return response;
    if (operation.answer === 'none' || response.status === 204) return undefined;
    try {
      return await response.json();
    } catch (cause) {
      throw new DubioError('protocol', `Expected JSON from ${url}. Check the address.`, {
        status: response.status,
        cause,
      });
    }
  }

  #address(operation: Operation, parameters: Parameters): string {
    const query = new URLSearchParams();
    const inPath = new Set<string>();
    const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => {
      inPath.add(name);
      const value = parameters[name];
      if (value === undefined || value === '') {
        throw new TypeError(`Expected ${name} for ${operation.path}, got nothing.`);
      }
      return encodeURIComponent(String(value));
    });
    for (const [name, value] of Object.entries(parameters)) {
      if (!inPath.has(name) && value !== undefined && value !== null)
        query.set(name, String(value));
    }
    const search = query.size > 0 ? `?${query}` : '';
    return this.#options.baseUrl.replace(/\/+$/, '') + path + search;
  }

  #request(operation: Operation, body: unknown, options: CallOptions): RequestInit {
    const headers = new Headers(this.#options.headers);
    if (this.#options.token) headers.set('authorization', `Bearer ${this.#options.token}`);
    if (operation.answer === 'json') headers.set('accept', 'application/json');
    if (operation.idempotent) {
      headers.set('idempotency-key', options.idempotencyKey ?? crypto.randomUUID());
    }
    if (options.ifMatch !== undefined) headers.set('if-match', `"${options.ifMatch}"`);
    for (const [name, value] of Object.entries(options.headers ?? {})) headers.set(name, value);
    const request: RequestInit & { duplex?: 'half' } = { method: operation.method, headers };
    if (operation.body === 'json') {
      headers.set('content-type', 'application/json');
      request.body = JSON.stringify(body ?? {});
    } else if (operation.body === 'binary') {
      headers.set('content-type', 'application/octet-stream');
      request.body = body as UploadBody;
      if (body instanceof ReadableStream) request.duplex = 'half';
    }
    return request;
  }

  async #send(
    operation: Operation,
    url: string,
    request: RequestInit,
    signal: AbortSignal | undefined,
  ): Promise<Response> {
    const used = request.body instanceof ReadableStream;
    const repeatable =
      !used &&
      (operation.idempotent || operation.repeatable || /^(GET|PUT|DELETE)$/.test(operation.method));
    const retries = used ? 0 : (this.#options.retries ?? 3);
    for (let attempt = 0; ; attempt += 1) {
      const outcome = await this.#once(operation, url, request, signal);
      const again = attempt < retries;
      if (outcome instanceof DubioError) {
        if (!again || !repeatable) throw outcome;
        await pause(backoffMs(attempt), signal);
        continue;
      }
      if (outcome.ok) return outcome;
      // The first try reached the server after all: what was to go is gone.
      if (operation.method === 'DELETE' && attempt > 0 && outcome.status === 404) return outcome;
      const worth = repeatable ? PASSING.has(outcome.status) : NOT_TAKEN.has(outcome.status);
      if (!again || !worth) throw await errorOfResponse(outcome);
      await outcome.body?.cancel();
      await pause(retryAfterMs(outcome) ?? backoffMs(attempt), signal);
    }
  }

  /** One try; failures of the connection come back as errors, being cancelled is thrown. */
  async #once(
    operation: Operation,
    url: string,
    request: RequestInit,
    signal: AbortSignal | undefined,
  ): Promise<Response | DubioError> {
    const limit = new AbortController();
    const timeoutMs = this.#options.timeoutMs ?? 60_000;
    const timer =
      operation.body === 'binary' ? undefined : setTimeout(() => limit.abort(), timeoutMs);
    const send = this.#options.fetch ?? fetch;
    try {
      const signals = signal ? AbortSignal.any([signal, limit.signal]) : limit.signal;
      return await send(url, { ...request, signal: signals });
    } catch (cause) {
      signal?.throwIfAborted();
      if (limit.signal.aborted) {
        return new DubioError('timeout', `No answer from ${url} in ${timeoutMs / 1000} s.`, {
          cause,
        });
      }
      const why = reasonOf(cause);
      return new DubioError('network', `Could not reach ${url}: ${why}. Is Dubio running there?`, {
        cause,
      });
    } finally {
      clearTimeout(timer);
    }
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner = error.cause;
  if (inner instanceof AggregateError) return reasonOf(inner.errors[0]);
  return inner instanceof Error ? inner.message || inner.name : error.message;
}

/** Twice as long each time, with chance in it so that many clients do not come back together. */
export const backoffMs = (attempt: number): number =>
  Math.min(10_000, 250 * 2 ** attempt) * (0.5 + Math.random() / 2);

function retryAfterMs(response: Response): number | undefined {
  const header = response.headers.get('retry-after');
  if (header === null) return undefined;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), 60_000) : undefined;
}

/** Waits, unless the signal says that nobody waits any more. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });
}
