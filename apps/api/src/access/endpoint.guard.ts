import { AppError, type EndpointDefinition, ERRORS } from '@dubio/contracts';
import { countedAddress } from '@dubio/contracts/proxies';
import type { Config } from '@dubio/platform';
import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply } from 'fastify';
import { SecurityLog } from '../audit/security-log.js';
import type { RequestWithCall } from '../frame/call.js';
import { refuseCrossSite } from '../frame/cross-site.js';
import { ENDPOINT } from '../frame/endpoint.decorator.js';
import { RateLimits } from '../frame/rate-limits.js';
import { CONFIG } from '../frame/tokens.js';
import { parseRequest } from '../frame/validation.js';
import type { Access } from './access.repository.js';
import { AccessService } from './access.service.js';

type Limited = { definition: EndpointDefinition; access: Access | null; address: string };

/**
 * Stands before every handler. A route without an endpoint of the contract is refused; else the
 * call is authenticated, counted, authorised and parsed, in this order, so that nobody learns from
 * an error more than they may see.
 * @see docs/decisions/0030
 */
@Injectable()
export class EndpointGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly access: AccessService,
    private readonly limits: RateLimits,
    private readonly log: SecurityLog,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const definition = this.reflector.get<EndpointDefinition | undefined>(
      ENDPOINT,
      context.getHandler(),
    );
    if (definition === undefined) {
      throw new AppError('auth.forbidden', 'This route names no permission.');
    }
    const request = context.switchToHttp().getRequest<RequestWithCall>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const access = await this.authenticate(definition, request).catch((error: unknown) =>
      this.refuse(error, request, reply),
    );
    const address = countedAddress(request.ip);
    await this.limits
      .take(definition, access?.actor.userId ?? address, reply)
      .catch((error: unknown) => this.noteLimit(error, { definition, access, address }));
    const params = definition.params
      ? parseRequest('params', definition.params, request.params)
      : {};
    const place = access && this.access.authorise(definition, access);
    request.dubioCall = {
      params,
      query: definition.query ? parseRequest('query', definition.query, request.query) : {},
      body: definition.body
        ? parseRequest('body', definition.body, request.body ?? {})
        : request.body,
      actor: access?.actor ?? null,
      place,
      request,
      reply,
    };
    return true;
  }

  private async authenticate(
    definition: EndpointDefinition,
    request: RequestWithCall,
  ): Promise<Access | null> {
    // A token is sent on purpose; a cookie goes along with whatever a page makes the browser send.
    if (request.headers.authorization === undefined) {
      refuseCrossSite(request, this.config.publicUrl);
    }
    if (definition.id.startsWith('health.')) return null;
    const access = await this.access.find(definition, request);
    if (access === null && definition.access !== 'public') {
      throw new AppError('auth.required', ERRORS['auth.required'].title);
    }
    return access;
  }

  /** Counts and notes a token that is none; whoever sends more of them is told to wait. */
  private async refuse(
    error: unknown,
    request: RequestWithCall,
    reply: FastifyReply,
  ): Promise<never> {
    if (!(error instanceof AppError && error.code === 'auth.token-invalid')) throw error;
    const address = countedAddress(request.ip);
    const limit = {
      action: 'auth.limit-reached',
      reason: 'tokens',
      address,
      account: null,
    } as const;
    await this.limits.takeFailure('token', address, reply).catch(async (tooMany: unknown) => {
      await this.log.countOnce(limit);
      throw tooMany;
    });
    const known = await this.access.describeDeadToken(request);
    await this.log.count({ action: 'auth.token-refused', address, ...known });
    throw error;
  }

  private async noteLimit(
    error: unknown,
    { definition, access, address }: Limited,
  ): Promise<never> {
    if (!(error instanceof AppError && error.code === 'request.too-many')) throw error;
    const account = access && { userId: access.actor.userId, name: access.actor.name };
    await this.log.countOnce({
      action: 'auth.limit-reached',
      reason: definition.id,
      address,
      account,
    });
    throw error;
  }
}
