import { getApiOrigin } from '../config.server';
import { forwardedHeaders, isOfTheWay } from './forwarded.server';

/** Headers that belong to one connection, not to the message (RFC 9110, 7.6.1). */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'host',
  'content-length',
  'expect',
  'accept-encoding',
]);

function requestHeaders(request: Request, told: Record<string, string>): Headers {
  const headers = new Headers(told);
  for (const [name, value] of request.headers) {
    if (!HOP_BY_HOP.has(name) && !isOfTheWay(name)) headers.append(name, value);
  }
  // Both ends are on one machine or one network: compressing twice only costs.
  headers.set('accept-encoding', 'identity');
  return headers;
}

function responseHeaders(answer: Response): Headers {
  const headers = new Headers();
  for (const [name, value] of answer.headers) {
    if (!HOP_BY_HOP.has(name) && name !== 'set-cookie') headers.append(name, value);
  }
  for (const cookie of answer.headers.getSetCookie()) headers.append('set-cookie', cookie);
  if (headers.get('content-type')?.startsWith('text/event-stream') === true) {
    // Compression would hold events back until a block is full.
    headers.set('cache-control', 'no-cache, no-transform');
    headers.set('x-accel-buffering', 'no');
  }
  const length = answer.headers.get('content-length');
  if (length !== null) headers.set('content-length', length);
  return headers;
}

const unavailable = () =>
  Response.json(
    {
      type: 'about:blank',
      title: 'The service is starting or stopping. Try again in a moment.',
      status: 503,
      code: 'unavailable',
    },
    { status: 503, headers: { 'content-type': 'application/problem+json', 'retry-after': '2' } },
  );

/**
 * Hands a request of the page's origin to the API and streams both bodies: uploads of any size and
 * live events pass through without being held. The address of the API is read at run time.
 */
export async function forwardToApi(request: Request): Promise<Response> {
  const url = new URL(request.url);
  const told = forwardedHeaders(request.headers);
  if (told === null) return unavailable();
  const init: RequestInit & { duplex?: 'half' } = {
    method: request.method,
    headers: requestHeaders(request, told),
    redirect: 'manual',
    cache: 'no-store',
    signal: request.signal,
  };
  if (request.body !== null && request.method !== 'GET' && request.method !== 'HEAD') {
    init.body = request.body;
    init.duplex = 'half';
  }
  try {
    const answer = await fetch(`${getApiOrigin()}${url.pathname}${url.search}`, init);
    return new Response(answer.body, { status: answer.status, headers: responseHeaders(answer) });
  } catch (error) {
    if (request.signal.aborted) return new Response(null, { status: 499 });
    console.error('api.unreachable', error instanceof Error ? error.message : String(error));
    return unavailable();
  }
}
