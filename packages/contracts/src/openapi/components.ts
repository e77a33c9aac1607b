import { z } from 'zod';
import * as annotations from '../api/annotations.js';
import * as auth from '../api/auth.js';
import * as common from '../api/common.js';
import * as imports from '../api/imports.js';
import * as items from '../api/items.js';
import * as modelMetrics from '../api/model-metrics.js';
import * as models from '../api/models.js';
import * as projects from '../api/projects.js';
import * as queue from '../api/queue.js';
import * as rounds from '../api/rounds.js';
import * as schedules from '../api/schedules.js';
import * as simulations from '../api/simulations.js';
import * as errors from '../errors.js';
import * as events from '../events.js';
import * as ids from '../ids.js';
import * as permissions from '../permissions.js';
import * as acquisition from '../project/acquisition-spec.js';
import * as labels from '../project/label-schema.js';
import * as modelSpec from '../project/model-spec.js';
import * as policies from '../project/policies.js';

export type Json = Record<string, unknown>;
export type Direction = 'input' | 'output';

const IO = ['input', 'output'] as const;
/** How a reference stands in the draft, until it is known which names are needed: `#input/Item`. */
const DRAFT = /^#(input|output)\/(.+)$/;

/**
 * A schema's name in the document is the name it is exported under: nobody can forget to give one.
 */
function namedSchemas(): Map<string, z.ZodType> {
  const modules = [
    auth,
    common,
    projects,
    imports,
    items,
    queue,
    annotations,
    rounds,
    modelMetrics,
    models,
    schedules,
    simulations,
    errors,
    events,
    ids,
    permissions,
    acquisition,
    labels,
    modelSpec,
    policies,
  ];
  const named = new Map<string, z.ZodType>();
  for (const [name, value] of modules.flatMap((module) => Object.entries<unknown>(module))) {
    if (value instanceof z.ZodType && /^[A-Z]/.test(name)) named.set(name, value);
  }
  return named;
}

/**
 * Turns zod schemas into JSON schemas in which each exported schema is a reference.
 *
 * A schema with defaults is two shapes: what may be sent and what comes back. Where a document
 * needs both and they differ, the sent one is called `…Input`.
 */
export class SchemaComponents {
  readonly #registry = z.registry<{ id: string }>();
  /** `#input/Item` -> its shape. */
  readonly #drafts = new Map<string, Json>();

  constructor() {
    const named = namedSchemas();
    for (const [id, schema] of named) this.#registry.add(schema, { id });
    for (const io of IO) for (const schema of named.values()) this.reference(schema, io);
  }

  /** The schema as it stands in the draft: a reference when it is exported, else written out. */
  reference(schema: z.ZodType, io: Direction): Json {
    // Inside a wrapper the schema itself becomes a reference too.
    const whole = z.toJSONSchema(z.object({ schema }), {
      io,
      target: 'draft-2020-12',
      unrepresentable: 'any',
      metadata: this.#registry,
      override: ({ jsonSchema }) => leaveOutNoise(jsonSchema),
    });
    const draft = (value: unknown): Json => mapReferences(value, (to) => `#${io}/${to.slice(8)}`);
    for (const [name, { id: _id, ...body }] of Object.entries(whole.$defs ?? {})) {
      this.#drafts.set(`#${io}/${name}`, draft(body));
    }
    return draft(whole.properties?.schema);
  }

  /** Gives the references of a drafted document their names, and the shapes behind them. */
  finish(document: Json): { document: Json; schemas: Json } {
    const used = this.#reachable(document);
    const twoFaced = this.#twoFaced();
    const finalName = (reference: string): string => {
      const [, io, name = ''] = DRAFT.exec(reference) ?? [];
      const both = used.has(`#input/${name}`) && used.has(`#output/${name}`);
      return io === 'input' && both && twoFaced.has(name) ? `${name}Input` : name;
    };
    const named = (value: unknown) =>
      mapReferences(value, (reference) => `#/components/schemas/${finalName(reference)}`);
    const schemas = new Map(
      [...used].map((reference) => [finalName(reference), named(this.#drafts.get(reference))]),
    );
    const sorted = [...schemas].sort(([a], [b]) => (a < b ? -1 : 1));
    return { document: named(document), schemas: Object.fromEntries(sorted) };
  }

  #reachable(document: Json): Set<string> {
    const used = new Set<string>();
    const visit = (value: unknown): void => {
      for (const reference of referencesIn(value)) {
        if (used.has(reference)) continue;
        used.add(reference);
        visit(this.#drafts.get(reference));
      }
    };
    visit(document);
    return used;
  }

  /** Names whose two shapes differ, by themselves or by something they refer to. */
  #twoFaced(): Set<string> {
    const found = new Set<string>();
    const text = (io: Direction, name: string) =>
      JSON.stringify(this.#drafts.get(`#${io}/${name}`)).replaceAll('#input/', '#output/');
    const names = [...this.#drafts.keys()].map((key) => DRAFT.exec(key)?.[2] ?? '');
    for (let before = -1; before !== found.size; ) {
      before = found.size;
      for (const name of names) {
        const deep = [...referencesIn(this.#drafts.get(`#input/${name}`))];
        const differs =
          text('input', name) !== text('output', name) ||
          deep.some((reference) => found.has(DRAFT.exec(reference)?.[2] ?? ''));
        if (differs) found.add(name);
      }
    }
    return found;
  }
}

/** Takes away what helps nobody who reads the document, and what would forbid answers to grow. */
function leaveOutNoise(schema: Json): void {
  if (schema.additionalProperties === false) delete schema.additionalProperties;
  if (schema.format !== undefined) delete schema.pattern;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
}

function mapReferences(value: unknown, rename: (reference: string) => string): Json {
  return JSON.parse(JSON.stringify(value), (key, inner: unknown) =>
    key === '$ref' && typeof inner === 'string' ? rename(inner) : inner,
  ) as Json;
}

function referencesIn(value: unknown): Set<string> {
  const found = new Set<string>();
  JSON.stringify(value, (key, inner: unknown) => {
    if (key === '$ref' && typeof inner === 'string') found.add(inner);
    return inner;
  });
  return found;
}
