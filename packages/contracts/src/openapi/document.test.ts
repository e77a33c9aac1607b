import { describe, expect, it } from 'vitest';
import { allEndpoints } from '../api/index.js';
import { PERMISSIONS } from '../permissions.js';
import { openApiDocument } from './document.js';

type Node = Record<string, unknown>;
const document = openApiDocument();
const schemas = (document.components as Node).schemas as Record<string, Node>;
const operations = Object.entries(document.paths as Record<string, Record<string, Node>>).flatMap(
  ([path, methods]) => Object.entries(methods).map(([method, one]) => ({ path, method, one })),
);

function referencesIn(value: unknown, found = new Set<string>()): Set<string> {
  JSON.stringify(value, (key, inner: unknown) => {
    if (key === '$ref' && typeof inner === 'string') found.add(inner);
    return inner;
  });
  return found;
}

describe('the OpenAPI document', () => {
  it('holds each endpoint once, under its own id', () => {
    const ids = operations.map(({ one }) => one.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.sort()).toEqual(allEndpoints.map((one) => one.id).sort());
  });

  it('refers only to schemas that are there, and has none that nobody refers to', () => {
    const names = [...referencesIn(document)].map((to) => to.replace('#/components/schemas/', ''));
    expect(names.sort()).toEqual(Object.keys(schemas).sort());
  });

  it('names both shapes of a schema with defaults: required in answers, optional in requests', () => {
    expect(schemas.ModelSpec?.required).toContain('samples');
    expect(schemas.ModelSpecInput?.required ?? []).not.toContain('samples');
    expect(referencesIn(schemas.ModelSpecInput)).toContain('#/components/schemas/PosteriorInput');
  });

  it('gives one name to a schema whose two shapes are the same', () => {
    expect(schemas).toHaveProperty('LabelSchema');
    expect(schemas).not.toHaveProperty('LabelSchemaInput');
  });

  it('lets answers grow: no schema forbids properties that it does not know', () => {
    expect(JSON.stringify(document)).not.toContain('"additionalProperties":false');
  });

  it('names each refusal by status, and leaves nothing to a default', () => {
    for (const { one } of operations) {
      const responses = one.responses as Record<string, Node>;
      expect(responses).not.toHaveProperty('default');
      expect(responses['400']?.content).toHaveProperty('application/problem+json');
    }
    const correct = operations.find(({ one }) => one.operationId === 'labels.correct');
    const refusals = correct?.one.responses as Record<string, Node>;
    expect(Object.keys(refusals)).toEqual([
      '200',
      '400',
      '401',
      '403',
      '404',
      '409',
      '413',
      '415',
      '422',
      '429',
      '503',
      '504',
    ]);
    expect(refusals['409']?.description).toMatch(/`label.none`: .*\n`resource.conflict`/);
  });

  it('describes live events, which no JSON answer refers to', () => {
    const events = operations.find(({ one }) => one.operationId === 'projects.events');
    expect(events?.one['x-event-schema']).toEqual({ $ref: '#/components/schemas/ProjectEvent' });
  });
});

describe('each endpoint', () => {
  it.each(allEndpoints.map((one) => [one.id, one] as const))(
    '%s names exactly the parameters of its path',
    (_id, one) => {
      const inPath = [...one.path.matchAll(/:(\w+)/g)].map((match) => match[1]);
      expect(Object.keys(one.params?.shape ?? {}).sort()).toEqual(inPath.sort());
    },
  );

  it.each(allEndpoints.map((one) => [one.id, one] as const))(
    '%s says who may call it and where that is looked up',
    (_id, one) => {
      expect([...PERMISSIONS, 'public', 'signed-in']).toContain(one.access);
      const needsPlace = one.access !== 'public' && one.access !== 'signed-in';
      expect(one.scope !== 'none').toBe(needsPlace);
      if (one.scope !== 'none') expect(one.path).toContain(`:${one.scope}Id`);
    },
  );

  it('takes an idempotency key wherever it creates something', () => {
    const without = allEndpoints.filter((one) => one.status === 201 && !one.idempotent);
    // A token's secret is shown once and kept nowhere, so it cannot be answered a second time.
    expect(without.map((one) => one.id)).toEqual(['tokens.create']);
  });
});
