import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import { AppError } from '@dubio/contracts';
import { endIdleConnections, limitSlowRequests } from '@dubio/platform';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import { type AppParts, appModule } from './app.module.js';
import { nestLogger } from './frame/nest-logger.js';
import { answerProblem, answerUnreadable } from './frame/problem.filter.js';

const JSON_LIMIT_BYTES = 8 * 1024 * 1024;
const REQUEST_ID = /^[\w.-]{8,64}$/;
const PREFIX = 'api/v1';
const HEALTH = `/${PREFIX}/health/`;

/** A request id that came along is kept, so that one act can be followed through all logs. */
function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
}

async function prepare(fastify: FastifyInstance): Promise<void> {
  await fastify.register(cookie);
  await fastify.register(helmet, {
    contentSecurityPolicy: { directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    // Set by whoever ends TLS; here it would reach people on plain http://localhost.
    strictTransportSecurity: false,
  });
  // Uploads are handed on as a stream: their size never matters to memory.
  fastify.addContentTypeParser('application/octet-stream', (_request, payload, done) => {
    done(null, payload);
  });
  // One line a request; probes only where somebody looks closely.
  fastify.addHook('onResponse', async (request, reply) => {
    const level = request.url.startsWith(HEALTH) ? 'debug' : 'info';
    request.log[level](
      {
        method: request.method,
        path: request.url.split('?', 1)[0],
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
      },
      'request',
    );
  });
  fastify.addHook('onSend', async (request, reply) => {
    reply.header('X-Request-Id', request.id);
  });
}

/** Builds the application; it listens when told so. */
export async function createApp(parts: AppParts): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    loggerInstance: parts.logger,
    logController: new LogController({
      disableRequestLogging: true,
      requestIdLogLabel: 'requestId',
    }),
    bodyLimit: JSON_LIMIT_BYTES,
    genReqId: requestIdOf,
    // Only the nearest hop is believed: it says whom it saw, what came before may be made up.
    trustProxy: (address, hop) => hop === 0 && parts.config.isTrustedPeer(address),
    forceCloseConnections: 'idle',
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      answerProblem(new AppError('request.invalid', error.message), request, reply),
    clientErrorHandler: answerUnreadable,
  });
  await prepare(adapter.getInstance() as unknown as FastifyInstance);
  const app = await NestFactory.create<NestFastifyApplication>(appModule(parts), adapter, {
    logger: nestLogger(parts.logger),
    abortOnError: false,
  });
  app.setGlobalPrefix(PREFIX);
  const server = app.getHttpServer() as Server;
  limitSlowRequests(server);
  const endIdle = endIdleConnections(server);
  adapter.getInstance().addHook('preClose', async () => endIdle());
  await app.init();
  await adapter.getInstance().ready();
  return app;
}
