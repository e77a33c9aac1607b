import type { z } from 'zod';
import type { ErrorCode } from '../errors.js';
import type { Permission } from '../permissions.js';

/** Who may call: nobody signed in, anybody signed in, or a role with this permission. */
export type Access = 'public' | 'signed-in' | Permission;

/** Where the permission is looked up: in the workspace or in the project that the path names. */
export type Scope = 'none' | 'workspace' | 'project';

export type EndpointDefinition = {
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below /api/v1, parameters as `:name`. */
  readonly path: string;
  readonly summary: string;
  readonly access: Access;
  readonly scope: Scope;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** What the body is when it is not JSON. */
  readonly bodyType?: 'application/octet-stream' | 'multipart/form-data';
  readonly response?: z.ZodType;
  /** What the answer is when it is not JSON. */
  readonly responseType?:
    | 'text/event-stream'
    | 'application/octet-stream'
    | 'image/png'
    | 'text/csv'
    | 'application/x-ndjson'
    | 'text/plain';
  readonly status?: 200 | 201 | 202 | 204;
  /** Refusals of its own, beyond what any call of its kind may meet (`refusalsOf`). */
  readonly refuses?: readonly ErrorCode[];
  /** Takes an Idempotency-Key: the same key and body answer the same, once. */
  readonly idempotent?: boolean;
  /**
   * A POST that by its nature acts once however often it is sent, so a client may send it again.
   */
  readonly repeatable?: boolean;
};

/**
 * Keeps the literal types of an endpoint, so that controllers and clients infer them.
 * @see docs/decisions/0030
 */
export const endpoint = <const Definition extends EndpointDefinition>(
  definition: Definition,
): Definition => definition;
