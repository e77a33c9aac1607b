// Writes the types of all tables for kysely, from prisma/schema.prisma. What it does not understand
// of the schema it refuses, so that no column is left out unseen.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const schemaFile = path.join(root, 'prisma/schema.prisma');
const output = path.join(root, 'packages/platform/src/generated/tables.ts');

const HEAD = `// Made from prisma/schema.prisma by scripts/lib/generate-tables.mjs: npm run generate -w @dubio/platform
import type { ColumnType, Generated } from 'kysely';

/** As Generated, of a type that is not written as it is read. */
type Default<T> =
  T extends ColumnType<infer S, infer I, infer U> ? ColumnType<S, I | undefined, U> : never;
type Timestamp = ColumnType<Date, Date | string, Date | string>;
/** As text in both ways: a number would lose digits. */
type Int8 = ColumnType<string, string | number | bigint, string | number | bigint>;
/** Read: unknown, until a schema of contracts has parsed it. Written: as JSON text. */
type Json = ColumnType<unknown, string, string>;
`;

/** Types of columns as pg reads and writes them. */
const SCALARS = {
  String: 'string',
  Boolean: 'boolean',
  Int: 'number',
  Float: 'number',
  BigInt: 'Int8',
  DateTime: 'Timestamp',
  Bytes: 'Buffer',
  Json: 'Json',
  'Unsupported("xid8")': 'string',
};

const TWO_SIDED = new Set(['Int8', 'Timestamp', 'Json']);

const BLOCK = /^(model|enum) (\w+) \{\n([\s\S]*?)\n\}$/gm;
const FIELD = /^(\w+)\s+(\w+|Unsupported\("\w+"\))(\?|\[\])?(?:\s+(@.*))?$/;
const MEMBER = /^(\w+)(?:\s+@map\("([^"]+)"\))?$/;
/** Defaults that Prisma's client would make and the database does not. */
const NOT_OF_THE_DATABASE = /@default\(uuid\(/;

const linesOf = (body) =>
  body
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('//'));

const mapOf = (attributes) => /@map\("([^"]+)"\)/.exec(attributes)?.[1];

function refuse(block, line) {
  throw new Error(`${block}: this line of schema.prisma is not understood: ${line}`);
}

function readEnum(name, body) {
  const values = linesOf(body).map((line) => {
    const [, member, mapped] = MEMBER.exec(line) ?? refuse(name, line);
    return `'${mapped ?? member}'`;
  });
  return `export type ${name} = ${values.join(' | ')};`;
}

function columnOf(model, line, { enums, models }) {
  const [, name, type, mark, attributes = ''] = FIELD.exec(line) ?? refuse(model, line);
  if (models.has(type)) return [];
  const scalar = enums.has(type) ? type : (SCALARS[type] ?? refuse(model, line));
  const defaulted = attributes.includes('@default(') && !NOT_OF_THE_DATABASE.test(attributes);
  const inner = mark === '[]' ? `${scalar}[]` : mark === '?' ? `${scalar} | null` : scalar;
  // Prisma leaves lists and nulls to whoever inserts; Postgres has NULL for what is left out.
  const wrapper = TWO_SIDED.has(scalar) ? 'Default' : 'Generated';
  return `  ${mapOf(attributes) ?? name}: ${defaulted ? `${wrapper}<${inner}>` : inner};`;
}

function readModel(name, body, names) {
  const lines = linesOf(body);
  const table = lines.map((line) => /^@@map\("([^"]+)"\)$/.exec(line)?.[1]).find(Boolean) ?? name;
  const columns = lines
    .filter((line) => !line.startsWith('@@'))
    .flatMap((line) => columnOf(name, line, names));
  return { table, type: `export type ${name}Table = {\n${columns.join('\n')}\n};`, name };
}

/** The source of the types for the text of a schema. */
export function toTableTypes(schema) {
  const blocks = [...schema.matchAll(BLOCK)].map(([, kind, name, body]) => ({ kind, name, body }));
  const named = (kind) => new Set(blocks.filter((one) => one.kind === kind).map((one) => one.name));
  const names = { enums: named('enum'), models: named('model') };
  const enums = blocks.filter((one) => one.kind === 'enum');
  const tables = blocks
    .filter((one) => one.kind === 'model')
    .map((one) => readModel(one.name, one.body, names));
  const list = tables.map(({ table, name }) => `  ${table}: ${name}Table;`);
  return [
    HEAD,
    ...enums.map((one) => readEnum(one.name, one.body)),
    '',
    ...tables.map(({ type }) => `${type}\n`),
    `/** Every table by its name in the database. */\nexport type Tables = {\n${list.join('\n')}\n};\n`,
  ].join('\n');
}

/**
 * Writes the file when it is not the one of the schema yet: one whose time is new is compiled anew.
 */
export function generateTables() {
  const source = toTableTypes(readFileSync(schemaFile, 'utf8'));
  if (existsSync(output) && readFileSync(output, 'utf8') === source) return;
  mkdirSync(path.dirname(output), { recursive: true });
  // Two builds at once write the same: a rename shows either file whole.
  const fresh = `${output}.${process.pid}`;
  writeFileSync(fresh, source);
  renameSync(fresh, output);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) generateTables();
