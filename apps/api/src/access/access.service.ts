import {
  AppError,
  type EndpointDefinition,
  type Permission,
  ROLE_PERMISSIONS,
} from '@dubio/contracts';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Actor, Place } from '../frame/call.js';
import { AccessRepository } from './access.repository.js';
import { hashSecret } from './secret-token.js';
import { SESSION_COOKIE } from './session-cookie.js';

const BEARER = /^Bearer ([\w-]{20,200})$/;
const nothingHere = () =>
  new AppError('resource.not-found', 'There is nothing here that you can see.');

/** What a role allows, narrowed by the scopes of the token where one is used. */
export function isAllowed(actor: Actor, place: Place, permission: Permission): boolean {
  if (!ROLE_PERMISSIONS[place.role].has(permission)) return false;
  return actor.token === null || actor.token.scopes.has(permission);
}

@Injectable()
export class AccessService {
  constructor(private readonly repository: AccessRepository) {}

  /**
   * Who sent the request; null when it carries neither token nor session.
   * @throws AppError auth.token-invalid
   */
  async findActor(request: FastifyRequest): Promise<Actor | null> {
    const header = request.headers.authorization;
    if (header !== undefined) {
      const secret = BEARER.exec(header)?.[1];
      const actor = secret ? await this.repository.findByToken(hashSecret(secret)) : null;
      if (actor === null) {
        throw new AppError('auth.token-invalid', 'Expected "Authorization: Bearer dub_…".');
      }
      return actor;
    }
    const cookie = request.cookies[SESSION_COOKIE];
    return cookie ? this.repository.findBySession(hashSecret(cookie)) : null;
  }

  /**
   * The place that the path names, if the actor may do there what the endpoint does. Where the actor
   * is no member, nothing is there: strangers cannot tell a foreign id from one that never was.
   *
   * @throws AppError resource.not-found, auth.forbidden
   */
  async authorise(
    definition: EndpointDefinition,
    actor: Actor,
    params: Record<string, unknown>,
  ): Promise<Place | null> {
    if (definition.scope === 'none') return null;
    const place = await this.findPlace(definition, actor, params);
    if (place === null) throw nothingHere();
    if (actor.token !== null && actor.token.workspaceId !== place.workspaceId) throw nothingHere();
    const { access } = definition;
    if (access === 'public' || access === 'signed-in') return place;
    if (!isAllowed(actor, place, access)) {
      const who = actor.token === null ? `The role ${place.role}` : 'This token';
      throw new AppError('auth.forbidden', `${who} does not have ${access}.`);
    }
    return place;
  }

  private findPlace(
    definition: EndpointDefinition,
    actor: Actor,
    params: Record<string, unknown>,
  ): Promise<Place | null> {
    return definition.scope === 'workspace'
      ? this.repository.findWorkspacePlace(String(params.workspaceId), actor.userId)
      : this.repository.findProjectPlace(String(params.projectId), actor.userId);
  }
}
