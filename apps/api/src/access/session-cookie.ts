import type { FastifyReply, FastifyRequest } from 'fastify';

const PLAIN = 'dubio_session';
/** Browsers take it by https only, from this very host: no other host can plant one. */
const BOUND = '__Host-dubio_session';
export const SESSION_DAYS = 30;
const DAY_SECONDS = 86_400;

const options = (secure: boolean) =>
  ({ path: '/', httpOnly: true, sameSite: 'lax', secure }) as const;

/** By https the cookie is bound to it and to the host; by plain http neither is possible. */
export function setSessionCookie(reply: FastifyReply, secret: string, secure: boolean): void {
  reply.setCookie(secure ? BOUND : PLAIN, secret, {
    ...options(secure),
    maxAge: SESSION_DAYS * DAY_SECONDS,
  });
}

export function clearSessionCookie(reply: FastifyReply, secure: boolean): void {
  reply.clearCookie(PLAIN, options(secure));
  if (secure) reply.clearCookie(BOUND, options(secure));
}

/** The secret of the session, null without one; a bound cookie goes before a plain one. */
export const readSessionCookie = ({ cookies }: FastifyRequest): string | null =>
  cookies[BOUND] ?? cookies[PLAIN] ?? null;
