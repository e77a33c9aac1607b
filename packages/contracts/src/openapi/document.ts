import { z } from 'zod';
import type { EndpointDefinition } from '../api/endpoint.js';
import { allEndpoints } from '../api/index.js';
import { ERRORS, Problem } from '../errors.js';

type Json = Record<string, unknown>;

const jsonSchema = (schema: z.ZodType, io: 'input' | 'output'): Json => {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, {
    io,
    target: 'draft-2020-12',
    unrepresentable: 'any',
  }) as Json;
  return rest;
};

const parameters = (definition: EndpointDefinition): Json[] => {
  const of = (schema: z.ZodObject | undefined, where: 'path' | 'query'): Json[] => {
    if (!schema) return [];
    const whole = jsonSchema(schema, 'input');
    const required = new Set((whole.required as string[] | undefined) ?? []);
    return Object.entries((whole.properties as Json | undefined) ?? {}).map(([name, shape]) => ({
      name,
      in: where,
      required: where === 'path' || required.has(name),
      schema: shape,
    }));
  };
  const list = [...of(definition.params, 'path'), ...of(definition.query, 'query')];
  if (definition.idempotent) {
    list.push({
      name: 'Idempotency-Key',
      in: 'header',
      required: false,
      description: 'The same key with the same body answers the same, and acts once.',
      schema: { type: 'string', maxLength: 200 },
    });
  }
  return list;
};

const responses = (definition: EndpointDefinition): Json => {
  const status = String(definition.status ?? 200);
  const problem = {
    description: 'Problem Details',
    content: {
      'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
    },
  };
  const type = definition.responseType;
  const content = type
    ? { [type]: { schema: { type: 'string' } } }
    : definition.response
      ? { 'application/json': { schema: jsonSchema(definition.response, 'output') } }
      : undefined;
  return {
    [status]: { description: definition.summary, ...(content ? { content } : {}) },
    default: problem,
  };
};

const operation = (definition: EndpointDefinition): Json => {
  const type = definition.bodyType ?? 'application/json';
  const body = definition.bodyType
    ? { type: 'string', format: 'binary' }
    : definition.body && jsonSchema(definition.body, 'input');
  return {
    operationId: definition.id,
    tags: [definition.id.split('.')[0]],
    summary: definition.summary,
    'x-access': definition.access,
    'x-scope': definition.scope,
    ...(definition.access === 'public' ? { security: [] } : {}),
    parameters: parameters(definition),
    ...(body ? { requestBody: { required: true, content: { [type]: { schema: body } } } } : {}),
    responses: responses(definition),
  };
};

/** OpenAPI 3.1 of the whole API, made from the same schemas that validate requests and answers. */
export function openApiDocument(): Json {
  const paths: Record<string, Json> = {};
  for (const definition of allEndpoints) {
    const path = `/api/v1${definition.path.replace(/:(\w+)/g, '{$1}')}`;
    paths[path] = { ...paths[path], [definition.method.toLowerCase()]: operation(definition) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Dubio',
      version: '1.0.0',
      description: 'Active learning by epistemic doubt.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ session: [] }, { token: [] }],
    paths,
    components: {
      schemas: { Problem: jsonSchema(Problem, 'output') },
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'dubio_session' },
        token: { type: 'http', scheme: 'bearer' },
      },
    },
    'x-errors': ERRORS,
  };
}
