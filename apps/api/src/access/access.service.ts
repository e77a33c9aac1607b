import {
  AppError,
  type EndpointDefinition,
  type Permission,
  ROLE_PERMISSIONS,
} from '@dubio/contracts';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Actor, Place } from '../frame/call.js';
import { type Access, AccessRepository, type Named } from './access.repository.js';
import { hashSecret } from './secret-token.js';
import { readSessionCookie } from './session-cookie.js';

const BEARER = /^Bearer ([\w-]{20,200})$/;
const nothingHere = () =>
  new AppError('resource.not-found', 'There is nothing here that you can see.');

/** What a role allows, narrowed by the scopes of the token where one is used. */
export function isAllowed(actor: Actor, place: Place, permission: Permission): boolean {
  if (!ROLE_PERMISSIONS[place.role].has(permission)) return false;
  return actor.token === null || actor.token.scopes.has(permission);
}

const Id = z.uuid();
const idOf = (value: unknown): string | null => Id.safeParse(value).data ?? null;

/** The place that the path of an endpoint names; ids are taken as they are, or not at all. */
function namedBy(definition: EndpointDefinition, request: FastifyRequest): Named {
  const params = (request.params ?? {}) as Record<string, unknown>;
  return {
    projectId: definition.scope === 'project' ? idOf(params.projectId) : null,
    workspaceId: definition.scope === 'workspace' ? idOf(params.workspaceId) : null,
  };
}

@Injectable()
export class AccessService {
  constructor(private readonly repository: AccessRepository) {}

  /**
   * Who sent the request, and what they are where it goes; null when it carries neither token nor
   * session.
   *
   * @throws AppError auth.token-invalid
   */
  async find(definition: EndpointDefinition, request: FastifyRequest): Promise<Access | null> {
    const named = namedBy(definition, request);
    const header = request.headers.authorization;
    if (header !== undefined) {
      const secret = BEARER.exec(header)?.[1];
      const access = secret ? await this.repository.findByToken(hashSecret(secret), named) : null;
      if (access === null) {
        throw new AppError('auth.token-invalid', 'Expected "Authorization: Bearer dub_…".');
      }
      return access;
    }
    const cookie = readSessionCookie(request);
    return cookie ? this.repository.findBySession(hashSecret(cookie), named) : null;
  }

  /** What is known of a token that was refused. */
  describeDeadToken(request: FastifyRequest) {
    const secret = BEARER.exec(request.headers.authorization ?? '')?.[1] ?? '';
    return this.repository.describeDeadToken(hashSecret(secret));
  }

  /**
   * The place of the call, if the actor may do there what the endpoint does. Where the actor is no
   * member, nothing is there: strangers cannot tell a foreign id from one that never was.
   *
   * @throws AppError resource.not-found, auth.forbidden
   */
  authorise(definition: EndpointDefinition, { actor, place }: Access): Place | null {
    if (definition.scope === 'none') return null;
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
}
