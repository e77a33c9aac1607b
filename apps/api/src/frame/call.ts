import type { EndpointDefinition, Permission, Role } from '@dubio/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';

/** Who calls, proven by a session cookie or an API token. */
export type Actor = {
  readonly userId: string;
  readonly name: string;
  readonly session: { readonly id: string } | null;
  readonly token: {
    readonly id: string;
    readonly workspaceId: string;
    readonly scopes: ReadonlySet<Permission>;
  } | null;
};

/** Where the call takes place, and as what; only there when the actor is a member. */
export type Place = {
  readonly workspaceId: string;
  readonly projectId: string | null;
  readonly role: Role;
};

type Parsed<Schema, Otherwise> = Schema extends z.ZodType ? z.output<Schema> : Otherwise;

/** A request after the frame is done with it: authenticated, authorised, parsed. */
export type EndpointCall<Definition extends EndpointDefinition> = {
  readonly params: Parsed<Definition['params'], Record<string, never>>;
  readonly query: Parsed<Definition['query'], Record<string, never>>;
  readonly body: Parsed<Definition['body'], undefined>;
  readonly actor: Definition['access'] extends 'public' ? Actor | null : Actor;
  readonly place: Definition['scope'] extends 'none' ? null : Place;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
};

/** What a handler answers: the contract's shape, or nothing that the contract speaks of. */
export type EndpointResult<Definition extends EndpointDefinition> =
  Definition['response'] extends z.ZodType ? z.input<Definition['response']> : unknown;

/** The same without the literal types, as the frame passes it on. */
export type AnyCall = {
  params: unknown;
  query: unknown;
  body: unknown;
  actor: Actor | null;
  place: Place | null;
  request: FastifyRequest;
  reply: FastifyReply;
};

/** Where the guard leaves the call for the interceptor and the handler. */
export type RequestWithCall = FastifyRequest & { dubioCall?: AnyCall };
