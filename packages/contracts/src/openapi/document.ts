import type { z } from 'zod';
import type { EndpointDefinition } from '../api/endpoint.js';
import { allEndpoints } from '../api/index.js';
import { refusalsOf } from '../api/refusals.js';
import { ERRORS, type ErrorCode, Problem } from '../errors.js';
import { ProjectEvent } from '../events.js';
import { type Json, SchemaComponents } from './components.js';

type Place = 'path' | 'query';

const parametersOf = (
  components: SchemaComponents,
  schema: z.ZodObject | undefined,
  place: Place,
): Json[] =>
  Object.entries(schema?.shape ?? {}).map(([name, field]) => ({
    name,
    in: place,
    required: place === 'path' || !field.safeParse(undefined).success,
    schema: components.reference(field as z.ZodType, 'input'),
  }));

const IDEMPOTENCY_KEY: Json = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'The same key with the same body answers the same, and acts once.',
  schema: { type: 'string', maxLength: 200 },
};

const parameters = (components: SchemaComponents, definition: EndpointDefinition): Json[] => [
  ...parametersOf(components, definition.params, 'path'),
  ...parametersOf(components, definition.query, 'query'),
  ...(definition.idempotent ? [IDEMPOTENCY_KEY] : []),
];

const BINARY: ReadonlySet<string> = new Set(['application/octet-stream', 'image/png']);

/** By status; codes that share one are told apart by `code`. */
const refusals = (components: SchemaComponents, definition: EndpointDefinition): Json => {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of refusalsOf(definition)) {
    const { status } = ERRORS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const schema = components.reference(Problem, 'output');
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      String(status),
      {
        description: codes.map((code) => `\`${code}\`: ${ERRORS[code].title}`).join('\n'),
        content: { 'application/problem+json': { schema } },
      },
    ]),
  );
};

const responses = (components: SchemaComponents, definition: EndpointDefinition): Json => {
  const { response, responseType, summary } = definition;
  const text = { type: 'string', ...(BINARY.has(responseType ?? '') && { format: 'binary' }) };
  const content = responseType
    ? { [responseType]: { schema: text } }
    : response && { 'application/json': { schema: components.reference(response, 'output') } };
  return {
    [String(definition.status ?? 200)]: { description: summary, ...(content ? { content } : {}) },
    ...refusals(components, definition),
  };
};

const operation = (components: SchemaComponents, definition: EndpointDefinition): Json => {
  const { body, bodyType } = definition;
  const schema = bodyType
    ? { type: 'string', format: 'binary' }
    : body && components.reference(body, 'input');
  const content = { [bodyType ?? 'application/json']: { schema } };
  return {
    operationId: definition.id,
    tags: [definition.id.split('.')[0]],
    summary: definition.summary,
    'x-access': definition.access,
    'x-scope': definition.scope,
    ...(definition.responseType === 'text/event-stream'
      ? { 'x-event-schema': components.reference(ProjectEvent, 'output') }
      : {}),
    ...(definition.repeatable ? { 'x-repeatable': true } : {}),
    ...(definition.access === 'public' ? { security: [] } : {}),
    parameters: parameters(components, definition),
    ...(schema ? { requestBody: { required: true, content } } : {}),
    responses: responses(components, definition),
  };
};

/** OpenAPI 3.1 of the whole API, made from the same schemas that validate requests and answers. */
export function openApiDocument(): Json {
  const components = new SchemaComponents();
  const paths: Record<string, Json> = {};
  for (const definition of allEndpoints) {
    const path = `/api/v1${definition.path.replace(/:(\w+)/g, '{$1}')}`;
    const method = definition.method.toLowerCase();
    paths[path] = { ...paths[path], [method]: operation(components, definition) };
  }
  const finished = components.finish(paths);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Dubio',
      version: '2.0.0',
      description: 'Active learning by epistemic uncertainty.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ session: [] }, { token: [] }],
    paths: finished.document,
    components: {
      schemas: finished.schemas,
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'dubio_session' },
        token: { type: 'http', scheme: 'bearer' },
      },
    },
    'x-errors': ERRORS,
  };
}
