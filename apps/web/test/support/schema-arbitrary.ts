import fc from 'fast-check';
import { z } from 'zod';

type Json = z.core.JSONSchema.BaseSchema;

const LARGEST = Number.MAX_SAFE_INTEGER;

/** In the drafts of old an exclusive bound was a boolean. */
const bound = (value: number | boolean | undefined): number | undefined =>
  typeof value === 'number' ? value : undefined;

function numbers({ type, ...json }: Json): fc.Arbitrary<number> {
  const [above, below] = [bound(json.exclusiveMinimum), bound(json.exclusiveMaximum)];
  if (type === 'integer') {
    const min = above === undefined ? (json.minimum ?? -LARGEST) : above + 1;
    const max = below === undefined ? (json.maximum ?? LARGEST) : below - 1;
    return fc.integer({ min: Math.max(min, -LARGEST), max: Math.min(max, LARGEST) });
  }
  const min = above ?? json.minimum;
  const max = below ?? json.maximum;
  // Most doubles between two bounds are tiny: people write numbers of a few digits.
  const doubles = fc.double({
    noNaN: true,
    noDefaultInfinity: true,
    ...(min === undefined ? {} : { min, minExcluded: above !== undefined }),
    ...(max === undefined ? {} : { max, maxExcluded: below !== undefined }),
  });
  const low = min ?? -100;
  const width = (max ?? low + 1000) - low;
  const isInside = (value: number) =>
    value >= low && value <= low + width && value !== above && value !== below;
  const written = fc
    .integer({ min: 0, max: 10_000 })
    .map((k) => low + (k / 10_000) * width)
    .filter(isInside);
  return fc.oneof(doubles, written);
}

/** Any value that a JSON schema takes, of the parts of JSON schema that settings use. */
function jsonArbitrary(json: Json): fc.Arbitrary<unknown> {
  if (json.const !== undefined) return fc.constant(json.const);
  if (json.enum !== undefined) return fc.constantFrom(...json.enum);
  const types: unknown = json.type;
  if (Array.isArray(types)) {
    return fc.oneof(...types.map((type) => jsonArbitrary({ ...json, type })));
  }
  const alternatives = json.anyOf ?? json.oneOf;
  if (alternatives !== undefined) return fc.oneof(...alternatives.map(jsonArbitrary));
  switch (json.type) {
    case 'integer':
    case 'number':
      return numbers(json);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array': {
      const { minItems: minLength = 0, maxItems: maxLength = 10 } = json;
      return fc.array(jsonArbitrary(json.items as Json), { minLength, maxLength });
    }
    case 'object': {
      const parts = Object.entries(json.properties ?? {});
      return fc.record(
        Object.fromEntries(parts.map(([name, part]) => [name, jsonArbitrary(part as Json)])),
      );
    }
    default:
      throw new Error(`No values are known for ${JSON.stringify(json)}.`);
  }
}

/** Values of a schema as the API gives them: made from its published shape, then read by it. */
export function schemaArbitrary<Schema extends z.ZodType>(
  schema: Schema,
): fc.Arbitrary<z.output<Schema>> {
  const json = z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' });
  return jsonArbitrary(json)
    .map((value) => schema.safeParse(JSON.parse(JSON.stringify(value))))
    .filter((read) => read.success)
    .map((read) => read.data as z.output<Schema>);
}
