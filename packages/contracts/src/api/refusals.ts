import type { ErrorCode } from '../errors.js';
import type { EndpointDefinition } from './endpoint.js';

/** Whoever asks whether the product runs needs no right, and is not held up. */
const isProbe = ({ id }: EndpointDefinition) => id.startsWith('health.');

/**
 * Every refusal that a call may meet: what follows from its kind, then its own. The OpenAPI document
 * lists them by status, and the tests of the API compare each answer with that list.
 * @see docs/decisions/0179
 */
export function refusalsOf(definition: EndpointDefinition): ErrorCode[] {
  const { method, access, params, body, bodyType, idempotent, refuses = [] } = definition;
  const changes = method !== 'GET';
  const codes: readonly (ErrorCode | false)[] = [
    'request.invalid',
    'request.too-many',
    'unavailable',
    'disk.full',
    !isProbe(definition) && 'auth.token-invalid',
    !isProbe(definition) && 'request.cross-site',
    access !== 'public' && 'auth.required',
    access !== 'public' && 'auth.forbidden',
    params !== undefined && 'resource.not-found',
    // Whatever may carry a body is asked of it, taken or not.
    changes && 'request.media-type',
    (changes || body !== undefined || bodyType !== undefined) && 'request.too-large',
    changes && 'outcome.unknown',
    idempotent === true && 'idempotency.mismatch',
    idempotent === true && 'resource.conflict',
    ...refuses,
  ];
  return [...new Set(codes.filter((code) => code !== false))];
}
