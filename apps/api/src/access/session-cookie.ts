import type { Config } from '@dubio/platform';
import type { FastifyReply } from 'fastify';

export const SESSION_COOKIE = 'dubio_session';
export const SESSION_DAYS = 30;
const DAY_SECONDS = 86_400;

const options = (config: Config) =>
  ({
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: config.publicUrl.startsWith('https:'),
  }) as const;

export function setSessionCookie(reply: FastifyReply, config: Config, secret: string): void {
  reply.setCookie(SESSION_COOKIE, secret, {
    ...options(config),
    maxAge: SESSION_DAYS * DAY_SECONDS,
  });
}

export function clearSessionCookie(reply: FastifyReply, config: Config): void {
  reply.clearCookie(SESSION_COOKIE, options(config));
}
