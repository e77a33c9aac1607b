import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { createDatabase, type Database } from '../database/database.js';
import { deployMigrations } from '../database/migrations.js';
import { migrateQueueSchema } from '../jobs/queue-backend.js';
import { startTestServer } from './test-server.js';

export type TestDatabase = { url: string; database: Database; close(): Promise<void> };

const TEMPLATE_LOCK = 1_146_307_151;
const MIGRATIONS = fileURLToPath(new URL('../../../../prisma/migrations', import.meta.url));

function withDatabaseName(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

/** The template's name says which migrations it has, so a changed migration makes a new one. */
function templateName(): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(MIGRATIONS).sort()) {
    if (name.endsWith('.toml')) continue;
    hash.update(name).update(readFileSync(path.join(MIGRATIONS, name, 'migration.sql')));
  }
  return `dubio_template_${hash.digest('hex').slice(0, 16)}`;
}

async function exists(admin: pg.Client, name: string): Promise<boolean> {
  const found = await admin.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
  return found.rowCount === 1;
}

async function ensureTemplate(admin: pg.Client, serverUrl: string): Promise<string> {
  const name = templateName();
  if (await exists(admin, name)) return name;
  const fresh = `${name}_new`;
  await admin.query(`DROP DATABASE IF EXISTS "${fresh}" WITH (FORCE)`);
  await admin.query(`CREATE DATABASE "${fresh}"`);
  const url = withDatabaseName(serverUrl, fresh);
  await deployMigrations(url);
  await migrateQueueSchema(url);
  await admin.query(`ALTER DATABASE "${fresh}" RENAME TO "${name}"`);
  return name;
}

/** Databases of test runs that were killed are dropped by the next one. */
async function dropAbandoned(admin: pg.Client): Promise<void> {
  const { rows } = await admin.query<{ datname: string }>(
    `SELECT datname FROM pg_database d
     WHERE datname ~ '^dubio_test_[0-9]+_' AND split_part(datname, '_', 3)::bigint < extract(epoch FROM now()) - 7200
       AND NOT EXISTS (SELECT 1 FROM pg_stat_activity a WHERE a.datname = d.datname)`,
  );
  for (const { datname } of rows) await admin.query(`DROP DATABASE IF EXISTS "${datname}"`);
}

/**
 * A fresh database with all migrations, copied from a template in some 50 ms; one per test file.
 */
export async function startTestDatabase(options: { max?: number } = {}): Promise<TestDatabase> {
  const server = await startTestServer();
  const serverUrl = server.url;
  const admin = new pg.Client({ connectionString: serverUrl });
  await admin.connect();
  const name = `dubio_test_${Math.floor(Date.now() / 1000)}_${randomBytes(6).toString('hex')}`;
  try {
    await admin.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK]);
    await dropAbandoned(admin);
    const template = await ensureTemplate(admin, serverUrl);
    await admin.query(`CREATE DATABASE "${name}" TEMPLATE "${template}"`);
  } finally {
    await admin.end();
  }
  const url = withDatabaseName(serverUrl, name);
  const database = createDatabase(url, { max: options.max ?? 10 });
  return {
    url,
    database,
    async close() {
      await database.close();
      const closer = new pg.Client({ connectionString: serverUrl });
      await closer.connect();
      await closer.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
      await closer.end();
      await server.stop();
    },
  };
}
