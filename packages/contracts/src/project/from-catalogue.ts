import { z } from 'zod';
import {
  type Bounds,
  type ChoiceField,
  type Entries,
  type Field,
  type Fields,
  type FlagField,
  type NumberChoiceField,
  type NumberField,
  namesOf,
  type OptionalNumberField,
} from '../catalogue/fields.js';

type BareSchema<F extends Field> = F extends NumberField
  ? z.ZodNumber
  : F extends OptionalNumberField
    ? z.ZodNullable<z.ZodNumber>
    : F extends ChoiceField
      ? z.ZodEnum<{ [Value in keyof F['options'] & string]: Value }>
      : F extends NumberChoiceField
        ? z.ZodUnion<readonly z.ZodLiteral<F['values'][number]>[]>
        : F extends FlagField
          ? z.ZodBoolean
          : z.ZodArray<z.ZodNumber>;
type SchemaOf<F extends Field> = F extends { default: unknown } | OptionalNumberField
  ? z.ZodDefault<BareSchema<F>>
  : BareSchema<F>;
type BareShape<Group extends Fields> = { -readonly [Name in keyof Group]: BareSchema<Group[Name]> };
type Shape<Group extends Fields> = { -readonly [Name in keyof Group]: SchemaOf<Group[Name]> };
type KindSchemas<Key extends string, Kinds extends Entries> = {
  [Kind in keyof Kinds & string]: z.ZodObject<
    Readonly<Record<Key, z.ZodLiteral<Kind>>> & Shape<Kinds[Kind]['fields']>
  >;
}[keyof Kinds & string];

function numberSchema(whole: boolean, { min, above, max, below }: Bounds): z.ZodNumber {
  let schema: z.ZodNumber = whole ? z.int() : z.number();
  if (min !== undefined) schema = schema.min(min);
  if (above !== undefined) schema = schema.gt(above);
  if (max !== undefined) schema = schema.max(max);
  if (below !== undefined) schema = schema.lt(below);
  return schema;
}

function bareSchema(field: Field): z.ZodType {
  switch (field.type) {
    case 'number':
    case 'whole':
      return numberSchema(field.type === 'whole', field);
    case 'optional-number':
    case 'optional-whole':
      return numberSchema(field.type === 'optional-whole', field).nullable();
    case 'choice':
      return z.enum(namesOf(field.options));
    case 'number-choice':
      return z.union(field.values.map((value) => z.literal(value)));
    case 'flag':
      return z.boolean();
    case 'sizes':
      return z.array(z.int().min(field.min).max(field.max)).min(field.fewest).max(field.most);
  }
}

function schemaOf(field: Field): z.ZodType {
  const bare = bareSchema(field);
  if (field.type === 'sizes') return bare.default([...field.default]);
  const isOptional = field.type === 'optional-number' || field.type === 'optional-whole';
  const value = field.default ?? (isOptional ? null : undefined);
  return value === undefined ? bare : bare.default(value);
}

const map = (fields: Fields, make: (field: Field) => z.ZodType): Record<string, z.ZodType> =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, make(field)]));

/** The shape of a group of fields: what is left out gets its default. */
export const shapeOf = <Group extends Fields>(fields: Group): Shape<Group> =>
  map(fields, schemaOf) as Shape<Group>;

/** The same without defaults, for changes: what is left out stays as it was. */
export const bareShapeOf = <Group extends Fields>(fields: Group): BareShape<Group> =>
  map(fields, bareSchema) as BareShape<Group>;

/** One of several kinds with its fields, told apart by `key`. */
export function unionOf<const Key extends string, Kinds extends Entries>(
  key: Key,
  kinds: Kinds,
): z.ZodDiscriminatedUnion<KindSchemas<Key, Kinds>[], Key> {
  const options = namesOf(kinds).map((kind) =>
    z.object({ [key]: z.literal(kind), ...shapeOf(kinds[kind]?.fields ?? {}) }),
  );
  const [first, ...others] = options as unknown as KindSchemas<Key, Kinds>[];
  return z.discriminatedUnion(key, [first!, ...others]);
}
