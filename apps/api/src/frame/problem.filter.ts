import { AppError, ERRORS, type ErrorCode, type Problem, problemType } from '@dubio/contracts';
import { databaseOutage, isDiskFull, type Logger } from '@dubio/platform';
import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  HttpException,
  Inject,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LOGGER } from './tokens.js';

const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: 'request.invalid',
  404: 'resource.not-found',
  413: 'request.too-large',
  415: 'request.invalid',
  429: 'request.too-many',
  503: 'unavailable',
};

/**
 * What Fastify and Nest throw by themselves: bodies that cannot be read, paths that do not exist.
 */
function fromForeign(error: unknown): AppError | null {
  const status =
    error instanceof HttpException
      ? error.getStatus()
      : error instanceof Error && 'statusCode' in error
        ? Number(error.statusCode)
        : 500;
  const code = BY_STATUS[status];
  if (code === undefined) return null;
  if (code === 'resource.not-found') return new AppError(code, ERRORS[code].title);
  return new AppError(code, error instanceof Error ? error.message : ERRORS[code].title);
}

/** A full disk has its own answer, whoever met it: Postgres, the object store or an upload. */
const fromFullDisk = (error: unknown): AppError | null =>
  isDiskFull(error) ? new AppError('disk.full', ERRORS['disk.full'].title, { cause: error }) : null;

/**
 * Whatever the database cannot have taken, and whatever only reads, may be asked again. A change
 * whose answer was lost may have been done: only calls that act once however often they come are
 * repeated behind that.
 */
function fromOutage(error: unknown, method: string): AppError | null {
  const outage = databaseOutage(error);
  if (outage === null) return null;
  const isSafe = outage === 'refused' || method === 'GET' || method === 'HEAD';
  if (!isSafe)
    return new AppError('outcome.unknown', ERRORS['outcome.unknown'].title, { cause: error });
  const sentence = 'The database does not answer now. Try again in a moment.';
  return new AppError('unavailable', sentence, { cause: error });
}

/** A number beyond a column, or text that no encoding takes: the caller's, though no schema saw it. */
const UNSTORABLE: ReadonlySet<unknown> = new Set(['22003', '22021', '22P05']);
const fromUnstorable = (error: unknown): AppError | null =>
  error instanceof Error && 'code' in error && UNSTORABLE.has(error.code)
    ? new AppError('request.invalid', 'A value is beyond what can be stored.', { cause: error })
    : null;

/** What database and disk say, in the words of the contract; null for what is a fault of ours. */
export const fromInside = (error: unknown, method: string): AppError | null =>
  fromFullDisk(error) ?? fromOutage(error, method) ?? fromUnstorable(error);

/** When to come back, in seconds: a full disk is not emptied as soon as a database is back. */
const RETRY_AFTER_S: Readonly<Partial<Record<ErrorCode, number>>> = {
  unavailable: 2,
  'disk.full': 10,
};

export function problemOf(error: AppError, requestId: string): Problem {
  return {
    type: problemType(error.code),
    title: ERRORS[error.code].title,
    status: error.status,
    code: error.code,
    // What went wrong inside is for the log, not for the caller.
    ...(error.code === 'internal' ? {} : { detail: error.message }),
    ...(error.fields.length > 0 ? { fields: [...error.fields] } : {}),
    requestId,
  };
}

/** Answers every error as Problem Details (RFC 9457) with a stable code. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const known =
      error instanceof AppError ? error : (fromInside(error, request.method) ?? fromForeign(error));
    const problem = known ?? new AppError('internal', ERRORS.internal.title, { cause: error });
    if (problem.status >= 500) {
      this.logger.error({ err: error, requestId: request.id, url: request.url }, 'request failed');
    }
    // The rest of an upload is let through: unread, it would hold up the next call on its connection.
    if (!request.raw.complete) request.raw.resume();
    if (reply.raw.headersSent) {
      reply.raw.destroy();
      return;
    }
    const seconds = RETRY_AFTER_S[problem.code];
    if (seconds !== undefined) void reply.header('Retry-After', String(seconds));
    void reply
      .code(problem.status)
      .header('Content-Type', 'application/problem+json; charset=utf-8')
      .header('Cache-Control', 'no-store')
      .send(JSON.stringify(problemOf(problem, request.id)));
  }
}
