// Compares a live database with prisma/schema.prisma by Prisma's schema engine compiled to
// WebAssembly:
// the native engine is a download that closed networks refuse.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const PG_CHAR = 18;
const PG_TEXT = 25;
const SQL_DIFFERS = 2;

const root = path.resolve(import.meta.dirname, '../..');
const require = createRequire(path.join(root, 'packages/platform/package.json'));
const load = async (name) => import(pathToFileURL(require.resolve(name)).href);

/**
 * The pg adapter cannot decode the catalogue type "char", which introspection asks for: show it to
 * the adapter as text and to the engine as a character.
 */
function decodeCatalogueCharacters(connection, ColumnTypeEnum) {
  const performIO = connection.performIO.bind(connection);
  const queryRaw = connection.queryRaw;
  connection.queryRaw = async (query) => {
    const columns = [];
    const asText = async (io) => {
      const result = await performIO(io);
      result.fields.forEach((field, index) => {
        if (field.dataTypeID !== PG_CHAR) return;
        field.dataTypeID = PG_TEXT;
        columns.push(index);
      });
      return result;
    };
    const view = Object.create(connection, { performIO: { value: asText } });
    const result = await queryRaw.call(view, query);
    for (const index of columns) result.columnTypes[index] = ColumnTypeEnum.Character;
    return result;
  };
  return connection;
}

async function loadEngine() {
  const entry = require.resolve('@prisma/schema-engine-wasm/schema_engine_bg');
  const engine = await import(pathToFileURL(entry).href);
  const { instance } = await WebAssembly.instantiate(
    readFileSync(entry.replace(/\.js$/, '.wasm')),
    { './schema_engine_bg.js': engine },
  );
  engine.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  globalThis.PRISMA_WASM_PANIC_REGISTRY ??= { set_message: (text) => console.error(text) };
  return engine;
}

/** The SQL that would turn the database into what schema.prisma says, or '' when they agree. */
export async function diffSchema(databaseUrl) {
  const { PrismaPg } = await load('@prisma/adapter-pg');
  const { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } = await load(
    '@prisma/driver-adapter-utils',
  );
  class Adapter extends PrismaPg {
    async connect() {
      return decodeCatalogueCharacters(await super.connect(), ColumnTypeEnum);
    }
  }
  const schemaFile = path.join(root, 'prisma/schema.prisma');
  const content = readFileSync(schemaFile, 'utf8');
  const files = [{ path: schemaFile, content }];
  const engine = await (await loadEngine()).SchemaEngine.new(
    { datamodels: [[schemaFile, content]] },
    () => {},
    bindMigrationAwareSqlAdapterFactory(new Adapter({ connectionString: databaseUrl })),
  );
  try {
    const result = await engine.diff({
      from: { tag: 'schemaDatasource', configDir: path.dirname(schemaFile), files },
      to: { tag: 'schemaDatamodel', files },
      script: true,
      exitCode: true,
      filters: { externalTables: ['public._prisma_migrations'], externalEnums: [] },
    });
    return result.exitCode === SQL_DIFFERS ? result.stdout : '';
  } finally {
    engine.free();
  }
}
