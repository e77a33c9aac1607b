import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { AppError, ERRORS, type ErrorCode, type Problem, problemType } from '@dubio/contracts';
import { databaseOutage, isDiskFull, type Logger } from '@dubio/platform';
import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  HttpException,
  Inject,
  NotFoundException,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { methodsOfPath } from './methods-of-path.js';
import { LOGGER } from './tokens.js';

const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: 'request.invalid',
  404: 'resource.not-found',
  413: 'request.too-large',
  405: 'request.method',
  415: 'request.media-type',
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

/** No handler was found, though the address takes other methods. */
function refuseMethod(error: unknown, request: FastifyRequest, reply: FastifyReply) {
  if (!(error instanceof NotFoundException)) return null;
  const methods = methodsOfPath(request.url);
  if (methods.length === 0) return null;
  void reply.header('Allow', methods.join(', '));
  return new AppError('request.method', `This address takes ${methods.join(', ')}.`);
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

const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** Answers a refusal that comes before any handler: Fastify could not read the address. */
export function answerProblem(error: AppError, request: FastifyRequest, reply: FastifyReply): void {
  void reply
    .code(error.status)
    .header('Content-Type', PROBLEM_TYPE)
    .header('Cache-Control', 'no-store')
    .send(JSON.stringify(problemOf(error, request.id)));
}

const UNREADABLE: Readonly<Record<string, ErrorCode>> = {
  HPE_HEADER_OVERFLOW: 'request.headers',
  ERR_HTTP_REQUEST_TIMEOUT: 'request.timeout',
};

/** What cannot be read as HTTP at all is answered on the bare connection, and that is closed. */
export function answerUnreadable(error: Error & { code?: string }, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const code = UNREADABLE[error.code ?? ''] ?? 'request.invalid';
  const { status, title } = ERRORS[code];
  const problem = new AppError(code, title);
  const body = JSON.stringify(problemOf(problem, randomUUID()));
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      `Content-Type: ${PROBLEM_TYPE}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}

/** Answers every error as Problem Details (RFC 9457) with a stable code. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const known =
      error instanceof AppError
        ? error
        : (refuseMethod(error, request, reply) ??
          fromInside(error, request.method) ??
          fromForeign(error));
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
    answerProblem(problem, request, reply);
  }
}
