import { AppError } from '@dubio/contracts';
import type { FastifyRequest } from 'fastify';
import { askedOrigin } from './asked-origin.js';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);
const OWN_SITES = new Set(['same-origin', 'none']);

/**
 * Refuses what another site makes a browser send. Browsers say where a request comes from in
 * Sec-Fetch-Site, or, on plain http and in older ones, in Origin, which must be what was asked;
 * programs send neither and carry no cookie of a person.
 *
 * @throws AppError request.cross-site
 */
export function refuseCrossSite(request: FastifyRequest, publicUrl: string): void {
  if (SAFE_METHODS.has(request.method)) return;
  const site = request.headers['sec-fetch-site'];
  if (typeof site === 'string') {
    if (OWN_SITES.has(site)) return;
    throw new AppError('request.cross-site', `Sec-Fetch-Site is ${site}, expected same-origin.`);
  }
  const { origin } = request.headers;
  if (origin === undefined) return;
  const asked = askedOrigin(request, publicUrl);
  if (origin === asked || origin === new URL(publicUrl).origin) return;
  throw new AppError('request.cross-site', `The origin is not ${asked}.`);
}
