import { randomUUID } from 'node:crypto';
import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { type AddressTest, readForwarded } from '@dubio/contracts/proxies';
import { getTrustedProxies } from '../config.server';

const STARTED = 'http.server.request.start';
const SEAL = 'x-dubio-seal';
/** What the page tells the API about who asks; nothing else of the kind goes on. */
const TOLD = ['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host'] as const;
const OTHERS = ['forwarded', 'x-forwarded-port', 'x-forwarded-prefix', 'x-real-ip'] as const;

/** One for the process: Next may load this file more than once. */
const shared = globalThis as typeof globalThis & { dubioSeal?: string };

/** Writes who really asked over what the request says of it. */
export function judge(request: IncomingMessage, isProxy: AddressTest, seal: string): void {
  const { headers } = request;
  const asked = readForwarded(request.socket.remoteAddress ?? '', headers, isProxy);
  for (const name of OTHERS) delete headers[name];
  headers['x-forwarded-for'] = asked.address;
  headers['x-forwarded-proto'] = asked.protocol;
  headers['x-forwarded-host'] = asked.host;
  headers[SEAL] = seal;
}

/**
 * From now on every request of this process is judged before anything else sees it: neither a page
 * nor a route handler of Next knows the socket that a request came from.
 * @see docs/decisions/0172
 */
export function judgeForwardedHeaders(): void {
  if (shared.dubioSeal !== undefined) return;
  const isProxy = getTrustedProxies();
  const seal = randomUUID();
  shared.dubioSeal = seal;
  subscribe(STARTED, (message) => {
    judge((message as { request: IncomingMessage }).request, isProxy, seal);
  });
}

const isSealed = (headers: Headers): boolean =>
  shared.dubioSeal !== undefined && headers.get(SEAL) === shared.dubioSeal;

/** Who asked, as the API is told; null when the request came before it could be judged. */
export function forwardedHeaders(headers: Headers): Record<string, string> | null {
  if (!isSealed(headers)) return null;
  return Object.fromEntries(TOLD.map((name) => [name, headers.get(name) ?? '']));
}

/** Headers that the client may have made up, or that concern this process only. */
export const isOfTheWay = (name: string): boolean =>
  name === SEAL || name === 'forwarded' || name === 'x-real-ip' || name.startsWith('x-forwarded-');
