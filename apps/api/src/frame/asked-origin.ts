import type { FastifyRequest } from 'fastify';

/**
 * The origin that the browser really asked. Scheme and host are those of the request, or what the
 * page and trusted proxies say of it. Where the host, or the page the browser is on, is the public
 * one, the public scheme holds: a proxy in front may end TLS without saying so.
 */
export function askedOrigin(request: FastifyRequest, publicUrl: string): string {
  const own = new URL(publicUrl);
  if (request.host === own.host || request.headers.origin === own.origin) {
    if (own.protocol === 'https:') return own.origin;
  }
  return `${request.protocol}://${request.host}`;
}

/** Whether the browser came by https, so that cookies may be bound to it. */
export const isAskedSecurely = (request: FastifyRequest, publicUrl: string): boolean =>
  askedOrigin(request, publicUrl).startsWith('https:');

const OWN_MACHINE = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Where links for other people lead: the public address. As long as that is this machine only, the
 * address that the maker of the link uses in the browser, which others can reach more likely.
 */
export function linkOrigin(request: FastifyRequest, publicUrl: string): string {
  const isOwn = OWN_MACHINE.has(new URL(publicUrl).hostname);
  return isOwn && request.headers.authorization === undefined
    ? askedOrigin(request, publicUrl)
    : publicUrl;
}
