// npm run db -- new <name> | deploy | check | drift
// docs/decisions/0004
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { diffSchema } from './lib/schema-diff.mjs';

const root = path.resolve(import.meta.dirname, '..');
const migrations = path.join(root, 'prisma/migrations');
const USAGE = `Usage: npm run db -- <command>
  new <name>  write a migration for what changed in prisma/schema.prisma
  deploy      bring the database of DATABASE_URL up to date
  check       say whether the migrations add up to prisma/schema.prisma
  drift       say whether the database of DATABASE_URL matches prisma/schema.prisma
new and check need a server to try things on; without DATABASE_URL they start one of their own.`;

const built = path.join(root, 'packages/platform/dist/index.js');
if (!existsSync(built)) {
  console.error('The platform package is not built. Run: npm run build -w @dubio/platform');
  process.exit(1);
}
const platform = await import(pathToFileURL(built).href);
const pg = createRequire(path.join(root, 'packages/platform/package.json'))('pg');

function requiredUrl() {
  const url = process.env.DATABASE_URL;
  if (!url) throw new Error('DATABASE_URL is not set: which database do you mean?');
  return url;
}

async function withServer(work) {
  if (process.env.DATABASE_URL) return work(process.env.DATABASE_URL);
  const server = await platform.ensurePostgres({
    dir: path.join(root, '.data/schema-tools'),
    durable: false,
  });
  try {
    return await work(server.url);
  } finally {
    await server.stop();
  }
}

/** Runs `work` on a throw-away database that has all migrations. */
async function withShadow(work) {
  return withServer(async (serverUrl) => {
    const name = `shadow_${randomBytes(6).toString('hex')}`;
    const admin = new pg.Client({ connectionString: serverUrl });
    await admin.connect();
    await admin.query(`CREATE DATABASE "${name}"`);
    const url = new URL(serverUrl);
    url.pathname = `/${name}`;
    try {
      if (existsSync(migrations)) await platform.deployMigrations(url.href);
      return await work(url.href);
    } finally {
      await admin.query(`DROP DATABASE "${name}" WITH (FORCE)`);
      await admin.end();
    }
  });
}

function report(sql, agreed, differs) {
  console.log(sql === '' ? agreed : `${differs}\n${sql}`);
  if (sql !== '') process.exitCode = 2;
}

async function writeMigration(title) {
  if (!title) throw new Error(`A migration needs a name.\n${USAGE}`);
  const sql = await withShadow(diffSchema);
  if (sql === '') return console.log('Nothing changed: the migrations add up to schema.prisma.');
  const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
  const name = `${stamp}_${title.toLowerCase().replace(/\W+/g, '_')}`;
  mkdirSync(path.join(migrations, name), { recursive: true });
  writeFileSync(path.join(migrations, name, 'migration.sql'), sql);
  console.log(`Wrote prisma/migrations/${name}/migration.sql: read it before you commit it.`);
}

const COMMANDS = {
  new: (name) => writeMigration(name),
  deploy: async () => {
    const applied = await platform.deployMigrations(requiredUrl(), { log: console.log });
    console.log(applied.length === 0 ? 'The database is up to date.' : 'Done.');
  },
  check: async () =>
    report(
      await withShadow(diffSchema),
      'The migrations add up to schema.prisma.',
      'schema.prisma says more than the migrations; npm run db -- new <name> would write:',
    ),
  drift: async () =>
    report(
      await diffSchema(requiredUrl()),
      'The database matches schema.prisma.',
      'The database differs from schema.prisma; this would mend it:',
    ),
};

try {
  const { positionals } = parseArgs({ allowPositionals: true });
  const [command, argument] = positionals;
  const run = COMMANDS[command];
  if (run === undefined) throw new Error(USAGE);
  await run(argument);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
